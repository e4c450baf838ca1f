package dev.throttle.clients.reactive;

import dev.throttle.clients.Libraries;
import dev.throttle.core.NonBlockingThreads;
import io.netty.channel.EventLoop;
import io.netty.util.internal.ThreadExecutorMap;

/**
 * Those of the event loops of Netty; its other executors may block. Found by the service loader.
 */
public final class NettyThreads implements NonBlockingThreads {

  private static final boolean PRESENT = Libraries.have("io.netty.channel.EventLoop");

  /** Makes one; for the service loader. */
  public NettyThreads() {}

  @Override
  public boolean includeCurrent() {
    return PRESENT && ThreadExecutorMap.currentExecutor() instanceof EventLoop;
  }
}
