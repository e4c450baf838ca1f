package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import dev.throttle.test.VirtualTime;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ObservationsTest {

  private final VirtualTime time = new VirtualTime();
  private final TestObservationRegistry registry = TestObservationRegistry.create();
  private final ApplicationContextRunner application =
      Starter.on(time).withBean(ObservationRegistry.class, () -> registry);

  @Test
  void a_wait_is_a_span_within_the_span_of_its_caller() {
    application.run(
        context -> {
          Buckets buckets = context.getBean(Buckets.class);
          buckets.define("users", Limit.of(1, Duration.ofSeconds(10)));
          Throttle throttle = buckets.throttle("users");
          throttle.acquire().close();
          assertThat(registry).doesNotHaveAnyObservation();

          Observation request = Observation.start("request", registry);
          CompletableFuture<Permit> waiting;
          try (Observation.Scope scope = request.openScope()) {
            waiting = throttle.acquireAsync();
          }
          time.advance(Duration.ofSeconds(11));
          waiting.join().close();
          TestObservationRegistryAssert.assertThat(registry)
              .hasObservationWithNameEqualTo("throttle.waiting")
              .that()
              .hasBeenStarted()
              .hasBeenStopped()
              .hasContextualNameEqualTo("throttle.wait")
              .hasParentObservationEqualTo(request)
              .hasLowCardinalityKeyValue("bucket", "users")
              .hasLowCardinalityKeyValue("outcome", "granted");
        });
  }

  @Test
  void a_refused_and_a_cancelled_wait_end_too() {
    application.run(
        context -> {
          Buckets buckets = context.getBean(Buckets.class);
          buckets.define("users", Limit.of(1, Duration.ofSeconds(10)));
          Throttle throttle = buckets.throttle("users");
          throttle.acquire().close();
          assertThatThrownBy(() -> throttle.withMaxWait(Duration.ZERO).acquire())
              .isInstanceOf(ThrottledException.class);
          TestObservationRegistryAssert.assertThat(registry)
              .hasObservationWithNameEqualTo("throttle.waiting")
              .that()
              .hasLowCardinalityKeyValue("outcome", "refused")
              .hasBeenStopped();
          registry.clear();
          throttle.acquireAsync().cancel(false);
          TestObservationRegistryAssert.assertThat(registry)
              .hasObservationWithNameEqualTo("throttle.waiting")
              .that()
              .hasLowCardinalityKeyValue("outcome", "cancelled")
              .hasBeenStopped();
        });
  }
}
