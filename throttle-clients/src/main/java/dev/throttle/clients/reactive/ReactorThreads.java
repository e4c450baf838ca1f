package dev.throttle.clients.reactive;

import dev.throttle.clients.Libraries;
import dev.throttle.core.NonBlockingThreads;
import reactor.core.scheduler.Schedulers;

/**
 * Those of Reactor that are {@code NonBlocking}, also where Reactor Netty runs them. Found by the
 * service loader.
 */
public final class ReactorThreads implements NonBlockingThreads {

  private static final boolean PRESENT = Libraries.have("reactor.core.scheduler.Schedulers");

  /** Makes one; for the service loader. */
  public ReactorThreads() {}

  @Override
  public boolean includeCurrent() {
    return PRESENT && Schedulers.isInNonBlockingThread();
  }
}
