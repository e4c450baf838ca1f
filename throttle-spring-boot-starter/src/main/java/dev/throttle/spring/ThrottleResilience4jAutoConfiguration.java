package dev.throttle.spring;

import dev.throttle.core.ThrottledException;
import io.github.resilience4j.common.circuitbreaker.configuration.CommonCircuitBreakerConfigurationProperties;
import io.github.resilience4j.common.retry.configuration.CommonRetryConfigurationProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
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
        ignore(
            retries.getConfigs(),
            retries.getInstances(),
            CommonRetryConfigurationProperties.InstanceProperties::new,
            CommonRetryConfigurationProperties.InstanceProperties::getBaseConfig,
            CommonRetryConfigurationProperties.InstanceProperties::getIgnoreExceptions,
            CommonRetryConfigurationProperties.InstanceProperties::setIgnoreExceptions);
      } else if (bean instanceof CommonCircuitBreakerConfigurationProperties breakers) {
        ignore(
            breakers.getConfigs(),
            breakers.getInstances(),
            CommonCircuitBreakerConfigurationProperties.InstanceProperties::new,
            CommonCircuitBreakerConfigurationProperties.InstanceProperties::getBaseConfig,
            CommonCircuitBreakerConfigurationProperties.InstanceProperties::getIgnoreExceptions,
            CommonCircuitBreakerConfigurationProperties.InstanceProperties::setIgnoreExceptions);
      }
      return bean;
    }

    private static <P> void ignore(
        Map<String, P> configs,
        Map<String, P> instances,
        Supplier<P> saysNothing,
        Function<P, @Nullable String> base,
        Function<P, Class<? extends Throwable> @Nullable []> ignored,
        BiConsumer<P, Class<? extends Throwable>[]> ignore) {
      configs.computeIfAbsent(DEFAULT, added -> saysNothing.get());
      List<P> all = new ArrayList<>(configs.values());
      all.addAll(instances.values());
      for (P each : all) {
        Class<? extends Throwable>[] before = ignored.apply(each);
        boolean isBase = configs.containsValue(each) && !StringUtils.hasText(base.apply(each));
        if (before != null || isBase) {
          ignore.accept(each, and(before, ThrottledException.class));
        }
      }
    }

    @SuppressWarnings("unchecked") // there are no generic arrays
    private static Class<? extends Throwable>[] and(
        Class<? extends Throwable> @Nullable [] before, Class<? extends Throwable> another) {
      List<Class<?>> all = new ArrayList<>(before == null ? List.of() : List.of(before));
      all.add(another);
      return (Class<? extends Throwable>[]) all.toArray(new Class<?>[0]);
    }
  }
}
