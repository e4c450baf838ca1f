package dev.throttle.core;

/**
 * What a thread does whose compare-and-set on the fast path has failed: it gets out of the other's
 * way for a moment.
 *
 * <p>Two threads that try again at once take turns at each cache line, and each turn costs several
 * times what the work itself does. If the loser waits for as long as some hundred permits take, the
 * other has the lines for itself meanwhile, and the work of both is done sooner. Such a wait of a
 * constant time after each failure is called constant backoff; see Dice, Hendler and Mirsky,
 * <i>Lightweight Contention Management for Efficient Compare-and-Swap Operations</i>, Euro-Par
 * 2013.
 *
 * <p>It costs about ten microseconds, and only who collides: less than a wake-up, and nothing
 * beside a call over a network.
 */
final class Collision {

  private static final int SPINS = 512;

  private Collision() {}

  static void stepAside() {
    for (int i = 0; i < SPINS; i++) {
      Thread.onSpinWait();
    }
  }
}
