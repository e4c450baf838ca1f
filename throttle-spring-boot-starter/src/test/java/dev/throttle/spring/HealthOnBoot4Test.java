package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttle;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class HealthOnBoot4Test {

  @Test
  void it_is_there_only_if_asked_for() {
    Starter.application()
        .run(context -> assertThat(context).doesNotHaveBean(ThrottleHealthIndicator.class));
  }

  @Test
  void a_full_queue_is_out_of_service_and_what_waits_is_told() {
    Starter.application()
        .withPropertyValues("management.health.throttle.enabled=true")
        .run(
            context -> {
              ThrottleHealthIndicator indicator = context.getBean(ThrottleHealthIndicator.class);
              Buckets buckets = context.getBean(Buckets.class);
              buckets.define("users", Limit.of(1, Duration.ofHours(1)), 2);
              Throttle throttle = buckets.throttle("users");
              throttle.acquire().close();
              assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
              throttle.acquireAsync();
              assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
              assertThat(indicator.health().getDetails().get("waiting")).hasToString("[users]");
              throttle.acquireAsync();
              Health full = indicator.health();
              assertThat(full.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
              assertThat(full.getDetails().get("full")).hasToString("[users]");
            });
  }
}
