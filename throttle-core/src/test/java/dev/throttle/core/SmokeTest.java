package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SmokeTest {
  @Test
  void smoke() {
    FakeTime time = new FakeTime();
    Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    buckets.define("a", Limit.of(2, Duration.ofSeconds(1)));
    Throttle t = buckets.throttle("a");
    Permit p1 = t.acquire();
    Permit p2 = t.acquire();
    assertThat(t.tryAcquire()).isNull();
    CompletableFuture<Permit> f = t.acquireAsync();
    assertThat(f).isNotDone();
    p1.complete();
    time.advance(Duration.ofSeconds(1).toNanos());
    assertThat(f).isNotDone();
    time.advance(1_000_000);
    assertThat(f).isDone();
    p2.complete();
    f.join().complete();
    time.advance(Duration.ofSeconds(2).toNanos());
    assertThat(t.buckets().get(0).inUse()).isZero();
  }
}
