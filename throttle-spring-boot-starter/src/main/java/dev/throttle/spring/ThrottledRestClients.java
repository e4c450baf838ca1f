package dev.throttle.spring;

import dev.throttle.clients.rule.UriRules;
import dev.throttle.clients.spring.ThrottleInterceptor;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

/**
 * Throttles what the {@code RestClient.Builder} beans build, and the {@code RestTemplate} beans.
 */
final class ThrottledRestClients implements BeanPostProcessor {

  private final ObjectProvider<UriRules> rules;

  ThrottledRestClients(ObjectProvider<UriRules> rules) {
    this.rules = rules;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    if (bean instanceof RestClient.Builder builder) {
      return LateBuilder.of(
          RestClient.Builder.class,
          builder,
          RestClient.Builder::clone,
          built -> built.requestInterceptors(this::addTo));
    }
    if (bean instanceof RestTemplate template) {
      List<ClientHttpRequestInterceptor> all = new ArrayList<>(template.getInterceptors());
      addTo(all);
      template.setInterceptors(all);
    }
    return bean;
  }

  private void addTo(List<ClientHttpRequestInterceptor> interceptors) {
    ThrottleInterceptor.addTo(interceptors, rules.getObject());
  }
}
