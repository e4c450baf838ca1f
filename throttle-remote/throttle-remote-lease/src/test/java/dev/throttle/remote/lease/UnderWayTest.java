package dev.throttle.remote.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class UnderWayTest {

  @Test
  void what_is_not_answered_in_time_fails() {
    UnderWay underWay = new UnderWay(Duration.ofMillis(1));
    assertThatThrownBy(underWay.<String>begin()::join).hasCauseInstanceOf(TimeoutException.class);
    underWay.await();
  }

  @Test
  void what_was_asked_is_waited_for() throws Exception {
    UnderWay underWay = new UnderWay(Duration.ofSeconds(30));
    CompletableFuture<String> first = underWay.begin();
    CompletableFuture<String> second = underWay.begin();
    CompletableFuture<Void> closed = CompletableFuture.runAsync(underWay::await);
    first.completeExceptionally(new IllegalStateException("it failed"));
    assertThat(closed).isNotDone();
    second.complete("answer");
    closed.get();
  }
}
