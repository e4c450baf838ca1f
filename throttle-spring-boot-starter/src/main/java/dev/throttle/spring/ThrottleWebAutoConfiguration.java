package dev.throttle.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
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
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
  RefusedCalls.OfServlets throttleRefusedCalls(AnnotatedMethods methods) {
    return new RefusedCalls.OfServlets(new RefusedCalls(methods));
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
  static class OfWebFlux {

    @Bean
    RefusedCalls.OfWebFlux throttleRefusedCalls(AnnotatedMethods methods) {
      return new RefusedCalls.OfWebFlux(new RefusedCalls(methods));
    }
  }
}
