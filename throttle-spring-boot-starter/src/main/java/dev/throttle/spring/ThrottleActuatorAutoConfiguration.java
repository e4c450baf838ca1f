package dev.throttle.spring;

import dev.throttle.core.Buckets;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Actuator's endpoint, where it is exposed, and its health, where that is asked for. */
@AutoConfiguration(after = ThrottleAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
public class ThrottleActuatorAutoConfiguration {

  /** Makes the configuration; for Spring. */
  public ThrottleActuatorAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnAvailableEndpoint
  ThrottleEndpoint throttleEndpoint(Buckets buckets) {
    return new ThrottleEndpoint(buckets);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(HealthIndicator.class)
  @ConditionalOnProperty("management.health.throttle.enabled")
  static class HealthOnBoot4 {

    @Bean
    @ConditionalOnMissingBean(name = "throttleHealthIndicator")
    ThrottleHealthIndicator throttleHealthIndicator(Buckets buckets) {
      return new ThrottleHealthIndicator(buckets);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = HealthIndicatorOfBoot3.TYPE)
  @ConditionalOnProperty("management.health.throttle.enabled")
  static class HealthOnBoot3 {

    @Bean
    @ConditionalOnMissingBean(name = "throttleHealthIndicator")
    HealthIndicatorOfBoot3 throttleHealthIndicator(Buckets buckets) {
      return new HealthIndicatorOfBoot3(buckets);
    }
  }
}
