package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttle;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.health.HealthContributorAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.health.HealthEndpointAutoConfiguration;
import org.springframework.boot.actuate.health.HealthComponent;
import org.springframework.boot.actuate.health.HealthContributor;
import org.springframework.boot.actuate.health.HealthEndpoint;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

class HealthOnBoot3Test {

  private final ApplicationContextRunner application =
      Starter.application()
          .withConfiguration(
              AutoConfigurations.of(
                  HealthContributorAutoConfiguration.class, HealthEndpointAutoConfiguration.class));

  @Test
  void it_is_there_only_if_asked_for() {
    application.run(
        context -> assertThat(context.getBeansOfType(HealthContributor.class)).hasSize(1));
  }

  @Test
  void a_full_queue_is_out_of_service_and_what_waits_is_told() {
    application
        .withPropertyValues("management.health.throttle.enabled=true")
        .run(
            context -> {
              HealthEndpoint endpoint = context.getBean(HealthEndpoint.class);
              Buckets buckets = context.getBean(Buckets.class);
              buckets.define("users", Limit.of(1, Duration.ofHours(1)), 2);
              Throttle throttle = buckets.throttle("users");
              throttle.acquire().close();
              throttle.acquireAsync();
              HealthComponent up = endpoint.healthForPath("throttle");
              assertThat(up.getStatus()).isEqualTo(Status.UP);
              assertThat(indicator(context).getHealth(true).getDetails().get("waiting"))
                  .hasToString("[users]");
              throttle.acquireAsync();
              assertThat(endpoint.healthForPath("throttle").getStatus())
                  .isEqualTo(Status.OUT_OF_SERVICE);
              assertThat(indicator(context).health().getDetails().get("full"))
                  .hasToString("[users]");
            });
  }

  private static HealthIndicator indicator(ApplicationContext context) {
    return context.getBean("throttleHealthIndicator", HealthIndicator.class);
  }
}
