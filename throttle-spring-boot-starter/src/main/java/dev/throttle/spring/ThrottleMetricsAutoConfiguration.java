package dev.throttle.spring;

import dev.throttle.core.Buckets;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Meters and observations, where there is a registry for them. */
@AutoConfiguration(
    after = ThrottleAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
      // Boot 3
      "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration"
    })
public class ThrottleMetricsAutoConfiguration {

  /** Makes the configuration; for Spring. */
  public ThrottleMetricsAutoConfiguration() {}

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MeterRegistry.class)
  @ConditionalOnSingleCandidate(MeterRegistry.class)
  static class Meters {

    @Bean
    ThrottleMeters throttleMeters(MeterRegistry registry, Buckets buckets) {
      return new ThrottleMeters(registry, buckets);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(ObservationRegistry.class)
  @ConditionalOnSingleCandidate(ObservationRegistry.class)
  static class Observations {

    @Bean
    WaitObservations throttleWaitObservations(ObservationRegistry registry) {
      return new WaitObservations(registry);
    }
  }
}
