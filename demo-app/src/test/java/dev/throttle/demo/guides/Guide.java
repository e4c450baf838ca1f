package dev.throttle.demo.guides;

import dev.throttle.core.Buckets;
import dev.throttle.core.Throttling;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the examples of the guides share: virtual time, and buckets on it that annotated methods use
 * too. The pages in docs show the code of the classes of this package, word for word.
 */
class Guide {

  final VirtualTime time = new VirtualTime();
  final Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();
  private Buckets before;

  @BeforeEach
  void useTheseBuckets() {
    before = Throttling.use(buckets);
  }

  @AfterEach
  void useThoseOfBefore() {
    Throttling.use(before).close();
  }

  /** Lets time pass until all of these calls are complete, and returns how much. */
  Duration untilDone(List<? extends CompletableFuture<?>> calls) {
    Duration start = time.elapsed();
    CompletableFuture<?> all = CompletableFuture.allOf(calls.toArray(new CompletableFuture<?>[0]));
    while (!all.isDone()) {
      time.advanceNanos(time.nextTimerIn().orElseThrow());
    }
    all.join();
    return time.elapsed().minus(start);
  }

  static long done(List<? extends CompletableFuture<?>> calls) {
    return calls.stream().filter(CompletableFuture::isDone).count();
  }
}
