package dev.throttle.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * One limiter that has fewer permits than its callers want.
 *
 * @param limit as the table shows it
 * @param permitsPerNano what the limit allows; 0 where only calls at once are limited
 * @param period of the limit, zero where only calls at once are limited
 * @param limiter makes a new one
 */
record Contest(
    String limiterName,
    String limit,
    double permitsPerNano,
    Duration period,
    Supplier<Limiter> limiter) {

  /** Long beside the time that it takes to wake a thread. */
  private static final Duration PERIOD = Duration.ofMillis(100);

  /** So many that handing them out is work, and those who wait must be woken in time. */
  private static final int FAST = 100_000;

  /** Returns all for so many threads. */
  static List<Contest> all(int threads) {
    List<Contest> all = new ArrayList<>();
    // Half of the threads get a permit in a period: who, is up to the limiter alone.
    int scarce = Math.max(1, threads / 2);
    for (int permits : List.of(scarce, FAST)) {
      Contender.allBut(Contender.NONE).stream()
          .filter(contender -> contender != Contender.FLOOR)
          .forEach(contender -> all.add(rate(contender, permits)));
    }
    all.add(atOnce(Contender.THROTTLE.label(), () -> Contender.THROTTLE.limiter(1, Duration.ZERO)));
    all.add(atOnce("resilience4j bulkhead", () -> Bulkheads.resilience4j(1)));
    all.add(atOnce("failsafe bulkhead", () -> Bulkheads.failsafe(1)));
    all.add(atOnce("JDK semaphore, fair", () -> Bulkheads.semaphore(1, true)));
    all.add(atOnce("JDK semaphore, unfair", () -> Bulkheads.semaphore(1, false)));
    return all;
  }

  private static Contest rate(Contender contender, int permits) {
    return new Contest(
        contender.label(),
        String.format(Locale.ROOT, "%,d per %d ms", permits, PERIOD.toMillis()),
        (double) permits / PERIOD.toNanos(),
        PERIOD,
        () -> contender.limiter(permits, PERIOD));
  }

  private static Contest atOnce(String limiterName, Supplier<Limiter> limiter) {
    return new Contest(limiterName, "1 at once", 0, Duration.ZERO, limiter);
  }

  boolean isOfRate() {
    return !period.isZero();
  }
}
