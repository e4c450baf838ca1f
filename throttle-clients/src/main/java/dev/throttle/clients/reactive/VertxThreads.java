package dev.throttle.clients.reactive;

import dev.throttle.clients.Libraries;
import dev.throttle.core.NonBlockingThreads;
import io.vertx.core.Context;

/** Those of the event loops of Vert.x; its workers may block. Found by the service loader. */
public final class VertxThreads implements NonBlockingThreads {

  private static final boolean PRESENT = Libraries.have("io.vertx.core.Context");

  /** Makes one; for the service loader. */
  public VertxThreads() {}

  @Override
  public boolean includeCurrent() {
    return PRESENT && Context.isOnEventLoopThread();
  }
}
