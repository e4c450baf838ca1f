package dev.throttle.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.method.HandlerMethod;

/** Answers for throttled controllers, of Spring MVC and WebFlux. */
@AutoConfiguration(after = ThrottleAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnClass(HandlerMethod.class)
@ConditionalOnProperty(name = "throttle.web.enabled", matchIfMissing = true)
public class ThrottleWebAutoConfiguration {

  /** Makes the configuration; for Spring. */
  public ThrottleWebAutoConfiguration() {}

  @Bean
  RefusedCalls throttleRefusedCalls(AnnotatedMethods methods) {
    return new RefusedCalls(methods);
  }
}
