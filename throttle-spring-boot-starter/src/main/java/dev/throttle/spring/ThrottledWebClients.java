package dev.throttle.spring;

import dev.throttle.clients.rule.UriRules;
import dev.throttle.clients.spring.ThrottleFilter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.web.reactive.function.client.WebClient;

/** Throttles what the {@code WebClient.Builder} beans build. */
final class ThrottledWebClients implements BeanPostProcessor {

  private final ObjectProvider<UriRules> rules;

  ThrottledWebClients(ObjectProvider<UriRules> rules) {
    this.rules = rules;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    if (bean instanceof WebClient.Builder builder) {
      return LateBuilder.of(
          WebClient.Builder.class,
          builder,
          WebClient.Builder::clone,
          built -> built.filter(ThrottleFilter.of(rules.getObject())));
    }
    return bean;
  }
}
