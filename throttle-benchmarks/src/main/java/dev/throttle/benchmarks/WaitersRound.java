package dev.throttle.benchmarks;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Lets callers wait at two full limiters: at one until all are cancelled, at one until granted. */
final class WaitersRound {

  /** No permit comes back while callers are weighed and cancelled. */
  private static final Duration NOT_BEFORE_THE_END = Duration.ofHours(1);

  private static final CompletableFuture<?> NONE = new CompletableFuture<>();

  private final int count;
  private final Duration period;
  private final int[] cancelOrder;
  private final double futureBytes;

  /**
   * @param period after which the permits come back; doubled until it is enough for all to ask
   */
  WaitersRound(int count, Duration period, long seed) {
    this.count = count;
    this.period = period;
    this.cancelOrder = shuffled(count, new SplittableRandom(seed));
    this.futureBytes = weighFutures();
  }

  WaitersRow run(AsyncContender contender) {
    CompletableFuture<?>[] callers = new CompletableFuture<?>[count];
    long empty = Heap.usedBytes();
    double bytes;
    double cancelledPerSecond;
    double bytesLeft;
    try (AsyncLimiter limiter = contender.full(count, NOT_BEFORE_THE_END)) {
      askAll(limiter, callers);
      bytes = each(Heap.usedBytes() - empty);
      long start = System.nanoTime();
      for (int i : cancelOrder) {
        callers[i].cancel(false);
        callers[i] = NONE; // or the exceptions of all that were cancelled fill the heap
      }
      cancelledPerSecond = perSecond(System.nanoTime() - start);
      bytesLeft = each(Heap.usedBytes() - empty);
    }
    Speed speed = grant(contender, callers);
    return new WaitersRow(
        contender.label(),
        bytes,
        bytes - futureBytes,
        speed.askedPerSecond,
        speed.grantedPerSecond,
        cancelledPerSecond,
        bytesLeft);
  }

  private Speed grant(AsyncContender contender, CompletableFuture<?>[] callers) {
    for (Duration wait = period; ; wait = wait.multipliedBy(2)) {
      long due = System.nanoTime() + wait.toNanos();
      try (AsyncLimiter limiter = contender.full(count, wait)) {
        long asked = askAll(limiter, callers);
        boolean inTime = System.nanoTime() - due < 0;
        // They are granted in order, so waiting for the last disturbs the others least.
        for (int i = count - 1; i >= 0; i--) {
          callers[i].join();
        }
        if (inTime) {
          return new Speed(perSecond(asked), perSecond(System.nanoTime() - due));
        }
      }
    }
  }

  private record Speed(double askedPerSecond, double grantedPerSecond) {}

  /** Returns the nanoseconds it took. */
  private static long askAll(AsyncLimiter limiter, CompletableFuture<?>[] callers) {
    long start = System.nanoTime();
    for (int i = 0; i < callers.length; i++) {
      callers[i] = limiter.ask();
    }
    return System.nanoTime() - start;
  }

  private double weighFutures() {
    CompletableFuture<?>[] futures = new CompletableFuture<?>[count];
    long empty = Heap.usedBytes();
    for (int i = 0; i < count; i++) {
      futures[i] = new CompletableFuture<>();
    }
    double bytes = each(Heap.usedBytes() - empty);
    futures[0].cancel(false); // they live until here
    return bytes;
  }

  private double each(long bytes) {
    return (double) bytes / count;
  }

  private double perSecond(long nanos) {
    return count * 1e9 / nanos;
  }

  private static int[] shuffled(int count, SplittableRandom random) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
