package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottleListener;
import dev.throttle.core.WaitListener;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ListenersTest {

  private final VirtualTime time = new VirtualTime();
  private final Buckets buckets =
      Buckets.builder().timeSource(time).executor(Runnable::run).build();
  private final List<String> told = new ArrayList<>();

  private final ThrottleListener throwing =
      new ThrottleListener() {
        @Override
        public void granted(Throttle throttle, Duration waited) {
          throw new IllegalStateException("mine");
        }

        @Override
        public WaitListener beginWait(Throttle throttle) {
          throw new IllegalStateException("mine");
        }
      };

  private final ThrottleListener good =
      new ThrottleListener() {
        @Override
        public void granted(Throttle throttle, Duration waited) {
          told.add("granted");
        }

        @Override
        public WaitListener beginWait(Throttle throttle) {
          told.add("begun");
          return outcome -> told.add("ended");
        }
      };

  @Test
  void a_listener_that_throws_keeps_nothing_from_others() {
    buckets.define("x", Limit.of(1, Duration.ofSeconds(1)));
    ListenerGroup.of(List.of(throwing, good)).listenTo(buckets);
    buckets.throttle("x").acquire().close();
    assertThat(told).containsExactly("granted");
  }

  @Test
  void a_wait_that_was_begun_is_ended_although_another_listener_throws() {
    buckets.define("x", Limit.of(1, Duration.ofSeconds(1)));
    ListenerGroup.of(List.of(good, throwing)).listenTo(buckets);
    buckets.throttle("x").acquire().close();
    CompletableFuture<?> second = buckets.throttle("x").acquireAsync();
    time.advance(Duration.ofSeconds(2));
    assertThat(second).isCompleted();
    assertThat(told).contains("begun", "ended");
  }
}
