package dev.throttle.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExceptionResolver;

/** Answers for throttled controllers, of Spring MVC and WebFlux. */
@AutoConfiguration(after = ThrottleAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnClass(HandlerMethod.class)
@ConditionalOnProperty(name = "throttle.web.enabled", matchIfMissing = true)
public class ThrottleWebAutoConfiguration {

  /** Makes the configuration; for Spring. */
  public ThrottleWebAutoConfiguration() {}

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
  @ConditionalOnClass(HandlerExceptionResolver.class)
  static class OfServlets {

    @Bean
    ServletRefusals throttleRefusals(AnnotatedMethods methods) {
      return new ServletRefusals(new RefusedCalls(methods));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
  static class OfWebFlux {

    @Bean
    WebFluxRefusals throttleRefusals(AnnotatedMethods methods) {
      return new WebFluxRefusals(new RefusedCalls(methods));
    }
  }
}
