package dev.throttle.remote.lease;

import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** So many callers that each call again as soon as their call was granted, which takes no time. */
final class Busy {

  private static final Duration STEP = Duration.ofMillis(20);

  private final Throttle throttle;
  private final List<CompletableFuture<Permit>> waiting = new ArrayList<>();
  long granted;

  Busy(Throttle throttle, int callers) {
    this.throttle = throttle;
    for (int i = 0; i < callers; i++) {
      waiting.add(throttle.acquireAsync());
    }
  }

  /** Lets time pass in steps; returns how many calls of all these were granted meanwhile. */
  static long run(VirtualTime time, Duration length, Busy... all) {
    long before = sum(all);
    for (long i = length.dividedBy(STEP); i > 0; i--) {
      time.advance(STEP);
      for (Busy one : all) {
        one.step();
      }
    }
    return sum(all) - before;
  }

  private static long sum(Busy... all) {
    long sum = 0;
    for (Busy one : all) {
      sum += one.granted;
    }
    return sum;
  }

  private void step() {
    for (int i = 0; i < waiting.size(); i++) {
      if (waiting.get(i).isDone()) {
        waiting.get(i).join().close();
        granted++;
        waiting.set(i, throttle.acquireAsync());
      }
    }
  }
}
