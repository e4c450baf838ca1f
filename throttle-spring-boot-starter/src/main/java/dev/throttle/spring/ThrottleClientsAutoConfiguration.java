package dev.throttle.spring;

import dev.throttle.clients.feign.ThrottleCapability;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.clients.spring.ThrottleFilter;
import dev.throttle.clients.spring.ThrottleInterceptor;
import dev.throttle.core.Buckets;
import feign.Capability;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientHttpServiceGroupConfigurer;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientHttpServiceGroupConfigurer;

/**
 * Throttles Spring's HTTP clients by rules, those of the properties ({@code
 * throttle.buckets.*.uri}) or of a {@link UriRules} bean, and Feign's clients by the annotations of
 * their interfaces.
 */
@AutoConfiguration(after = ThrottleAutoConfiguration.class)
@ConditionalOnClass(UriRules.class)
@ConditionalOnProperty(name = "throttle.clients.enabled", matchIfMissing = true)
public class ThrottleClientsAutoConfiguration {

  /** Makes the configuration; for Spring. */
  public ThrottleClientsAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  UriRules throttleUriRules(Buckets buckets) {
    try {
      return UriRules.configured(buckets);
    } catch (IllegalArgumentException e) {
      throw new ThrottleConfigurationException(e);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(RestClient.class)
  static class OfRestClient {

    @Bean
    static ThrottledRestClients throttledRestClients(ObjectProvider<UriRules> rules) {
      return new ThrottledRestClients(rules);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(RestClientHttpServiceGroupConfigurer.class)
  static class OfHttpServices {

    /** Innermost, so that what sends a request again pays again. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    RestClientHttpServiceGroupConfigurer throttledHttpServices(UriRules rules) {
      return groups -> {
        if (!rules.isEmpty()) {
          groups.forEachClient(
              (group, client) ->
                  client.requestInterceptors(all -> ThrottleInterceptor.addTo(all, rules)));
        }
      };
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(WebClient.class)
  static class OfWebClient {

    @Bean
    static ThrottledWebClients throttledWebClients(ObjectProvider<UriRules> rules) {
      return new ThrottledWebClients(rules);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(WebClientHttpServiceGroupConfigurer.class)
  static class OfReactiveHttpServices {

    /** Innermost, so that what sends a request again pays again. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    WebClientHttpServiceGroupConfigurer throttledReactiveHttpServices(UriRules rules) {
      return groups ->
          groups.forEachClient((group, client) -> client.filter(ThrottleFilter.of(rules)));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(Capability.class)
  static class OfFeign {

    /** Taken up by the Feign clients of Spring Cloud, each of which asks for all capabilities. */
    @Bean
    @ConditionalOnMissingBean
    ThrottleCapability throttleCapability() {
      return new ThrottleCapability();
    }
  }
}
