package dev.throttle.spring;

import dev.throttle.clients.rule.UriRules;
import dev.throttle.clients.spring.ThrottleInterceptor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

/**
 * Throttles what the {@code RestClient.Builder} beans build, and the {@code RestTemplate} beans.
 */
final class ThrottledRestClients implements BeanPostProcessor {

  private final Supplier<UriRules> rules;

  ThrottledRestClients(ObjectProvider<UriRules> rules) {
    this.rules = SingletonSupplier.of(rules::getObject);
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    if (bean instanceof RestClient.Builder builder) {
      return LateBuilder.of(
          RestClient.Builder.class, builder, RestClient.Builder::clone, this::addTo);
    }
    if (bean instanceof RestTemplate template) {
      List<ClientHttpRequestInterceptor> all = new ArrayList<>(template.getInterceptors());
      ThrottleInterceptor.addTo(all, rules);
      template.setInterceptors(all);
    }
    return bean;
  }

  /** Adds nothing where there is no rule: bodies are not streamed through interceptors. */
  private void addTo(RestClient.Builder builder) {
    if (!rules.get().isEmpty()) {
      builder.requestInterceptors(all -> ThrottleInterceptor.addTo(all, rules));
    }
  }
}
