package dev.throttle.spring;

import dev.throttle.core.ThrottledException;
import io.github.resilience4j.common.circuitbreaker.configuration.CommonCircuitBreakerConfigurationProperties;
import io.github.resilience4j.common.retry.configuration.CommonRetryConfigurationProperties;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.util.StringUtils;

/**
 * Makes the retries and circuit breakers of Resilience4j's starter leave refusals alone: a call
 * that was refused was not sent, so it is no failure of the provider.
 */
@AutoConfiguration
@ConditionalOnClass(CommonRetryConfigurationProperties.class)
public class ThrottleResilience4jAutoConfiguration {

  /** Makes the configuration; for Spring. */
  public ThrottleResilience4jAutoConfiguration() {}

  @Bean
  static RefusalsIgnored throttleRefusalsIgnored() {
    return new RefusalsIgnored();
  }

  /**
   * Adds refusals to the exceptions that the properties say to ignore. What says nothing of them
   * has them from what it is based on, and that is in the end the configuration {@code default}.
   */
  static final class RefusalsIgnored implements BeanPostProcessor {

    private static final String DEFAULT = "default";

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
      if (bean instanceof CommonRetryConfigurationProperties retries) {
        retries
            .getConfigs()
            .computeIfAbsent(
                DEFAULT, added -> new CommonRetryConfigurationProperties.InstanceProperties());
        retries
            .getConfigs()
            .values()
            .forEach(
                of -> ignore(of.getBaseConfig(), of::getIgnoreExceptions, of::setIgnoreExceptions));
        retries
            .getInstances()
            .values()
            .forEach(of -> ignore(DEFAULT, of::getIgnoreExceptions, of::setIgnoreExceptions));
      } else if (bean instanceof CommonCircuitBreakerConfigurationProperties breakers) {
        breakers
            .getConfigs()
            .computeIfAbsent(
                DEFAULT,
                added -> new CommonCircuitBreakerConfigurationProperties.InstanceProperties());
        breakers
            .getConfigs()
            .values()
            .forEach(
                of -> ignore(of.getBaseConfig(), of::getIgnoreExceptions, of::setIgnoreExceptions));
        breakers
            .getInstances()
            .values()
            .forEach(of -> ignore(DEFAULT, of::getIgnoreExceptions, of::setIgnoreExceptions));
      }
      return bean;
    }

    private static void ignore(
        @Nullable String base,
        Supplier<Class<? extends Throwable> @Nullable []> ignored,
        Consumer<Class<? extends Throwable>[]> ignore) {
      Class<? extends Throwable>[] before = ignored.get();
      if (before != null) {
        Class<? extends Throwable>[] all = Arrays.copyOf(before, before.length + 1);
        all[before.length] = ThrottledException.class;
        ignore.accept(all);
      } else if (!StringUtils.hasText(base)) {
        ignore.accept(only());
      }
    }

    @SuppressWarnings("unchecked") // there are no generic arrays
    private static Class<? extends Throwable>[] only() {
      return new Class[] {ThrottledException.class};
    }
  }
}
