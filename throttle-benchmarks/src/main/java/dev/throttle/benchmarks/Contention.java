package dev.throttle.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Threads that want one permit after another of one limiter, for calls that take no time; where
 * only calls at once are limited, they give up the processor once.
 *
 * <p>Nothing is measured before the limiter's first permits are used up.
 */
final class Contention {

  private final Contest contest;
  private final int threads;
  private final Duration warmup;
  private final Duration duration;

  /**
   * @param warmup long enough to use up what an idle limiter has saved
   * @param duration of more than one period of the contest's limit
   */
  Contention(Contest contest, int threads, Duration warmup, Duration duration) {
    this.contest = contest;
    this.threads = threads;
    this.warmup = warmup;
    this.duration = duration;
  }

  /**
   * Blocks until every thread has what it waited for.
   *
   * @throws IllegalStateException if the limiter failed
   */
  ContendedRow run() throws InterruptedException {
    Limiter limiter = contest.limiter().get();
    ExecutorService callers = Executors.newFixedThreadPool(threads);
    try {
      long from = System.nanoTime() + warmup.toNanos();
      List<Future<Tally>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(callers.submit(() -> callUntilEnd(limiter, from)));
      }
      List<Tally> tallies = new ArrayList<>();
      for (Future<Tally> tally : running) {
        tallies.add(tally.get());
      }
      return ContendedRow.of(contest, duration, tallies);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          contest.limiterName() + " failed: " + e.getCause(), e.getCause());
    } finally {
      callers.shutdownNow();
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // yields for what it costs, not for what it promises
  private Tally callUntilEnd(Limiter limiter, long from) throws InterruptedException {
    long to = from + duration.toNanos();
    double periodNanos = contest.period().toNanos();
    long grants = 0;
    double weighted = 0;
    long longest = 0;
    long last = from;
    while (true) {
      long stamp = limiter.begin();
      if (!contest.isOfRate()) {
        Thread.yield(); // or a thread that runs would never find another's call under way
      }
      limiter.end(stamp);
      long now = System.nanoTime();
      if (now - to >= 0) {
        return new Tally(grants, weighted, Math.max(longest, to - last));
      }
      if (now - from >= 0) {
        grants++;
        weighted += Math.min(1, Math.min(now - from, to - now) / periodNanos);
        longest = Math.max(longest, now - last);
        last = now;
      }
    }
  }

  /**
   * What one thread got.
   *
   * @param weighted grants again, where those within a period of the start or the end count by
   *     their distance from it: so a burst that falls just inside counts neither for nor against
   * @param longestNanos from one grant to the next; a thread that got none waited for all the time
   */
  record Tally(long grants, double weighted, long longestNanos) {}
}
