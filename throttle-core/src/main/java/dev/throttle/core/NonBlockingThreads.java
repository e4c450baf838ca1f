package dev.throttle.core;

/**
 * Knows threads that must not block, such as those of an event loop: a call that would have to wait
 * there for its permit is refused, instead of stopping all that the thread serves.
 *
 * <p>Found by {@link java.util.ServiceLoader}. Asked only before a thread would park.
 */
public interface NonBlockingThreads {

  /** Returns whether the calling thread is one of them. Quick, and throws nothing. */
  boolean includeCurrent();
}
