package dev.throttle.spring;

import dev.throttle.clients.rule.UriRules;
import dev.throttle.clients.spring.ThrottleFilter;
import dev.throttle.clients.spring.ThrottleInterceptor;
import dev.throttle.core.Buckets;
import dev.throttle.test.contract.Endpoint;
import dev.throttle.test.contract.HookedClient;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientPropertiesAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.service.HttpServiceClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.registry.ImportHttpServices;

/** The contract for clients of which the properties say what their requests pass. */
@Tag("once")
class RuledContractsOnBoot4Test {

  /** Gets a text. */
  interface Getting {
    @GetExchange
    String get(URI uri);
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({
    ThrottleAutoConfiguration.class,
    ThrottleClientsAutoConfiguration.class,
    HttpClientAutoConfiguration.class,
    HttpServiceClientPropertiesAutoConfiguration.class,
    ImperativeHttpClientAutoConfiguration.class,
    HttpServiceClientAutoConfiguration.class
  })
  @ImportHttpServices(group = "contract", types = Getting.class)
  static class Application {

    private static ClientHttpRequestFactory requests() {
      JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory();
      requests.setReadTimeout(Duration.ofSeconds(2));
      return requests;
    }

    @Bean
    @Scope("prototype")
    RestClient.Builder restClientBuilder() {
      return RestClient.builder().requestFactory(requests());
    }

    @Bean
    @Scope("prototype")
    RestTemplate restTemplate() {
      return new RestTemplate(requests());
    }

    @Bean
    @Scope("prototype")
    WebClient.Builder webClientBuilder() {
      JdkClientHttpConnector connector = new JdkClientHttpConnector();
      connector.setReadTimeout(Duration.ofSeconds(2));
      return WebClient.builder().clientConnector(connector);
    }

    /** What the properties say, and one rule that they cannot. */
    @Bean
    UriRules rules(Buckets buckets) {
      return UriRules.configured(buckets)
          .when("*:*/busy")
          .maxWait(Duration.ZERO)
          .pass(Endpoint.METHOD.bucket());
    }
  }

  private abstract static class Ruled extends StartedContract {

    Ruled() {
      super(Application.class);
      for (Endpoint endpoint : Endpoint.values()) {
        String bucket = "throttle.buckets[" + endpoint.bucket() + "].";
        set(bucket + "limit", "1");
        set(bucket + "period", "PT1S");
        set(bucket + "uri", "*:*" + endpoint.path()); // where the provider is, comes later
      }
    }
  }

  /** A client that the application has anyway; the second hook is added by hand. */
  private record Client(String baseUrl, Getting getting) implements HookedClient {

    private CompletableFuture<?> send(String path) {
      return HookedClient.onThread(() -> getting.get(URI.create(baseUrl + path)));
    }

    @Override
    public CompletableFuture<?> send(Endpoint endpoint) {
      return send(endpoint.path());
    }

    @Override
    public CompletableFuture<?> sendReflectively() {
      URI uri = URI.create(baseUrl + Endpoint.METHOD.path());
      return HookedClient.onThread(
          () -> Getting.class.getMethod("get", URI.class).invoke(getting, uri));
    }

    @Override
    public CompletableFuture<?> sendUnlessBusy() {
      return send("/busy");
    }

    @Override
    public CompletableFuture<?> sendUnthrottled() {
      return send("/other");
    }
  }

  @Nested
  class OfRestClient extends Ruled {

    @Override
    protected HookedClient client(String baseUrl, int timesInstalled) {
      RestClient.Builder builder = bean(RestClient.Builder.class);
      if (timesInstalled == 2) {
        builder.requestInterceptor(ThrottleInterceptor.of(bean(UriRules.class)));
      }
      RestClient client = builder.build();
      return new Client(baseUrl, uri -> client.get().uri(uri).retrieve().body(String.class));
    }
  }

  @Nested
  class OfRestTemplate extends Ruled {

    @Override
    protected HookedClient client(String baseUrl, int timesInstalled) {
      RestTemplate template = bean(RestTemplate.class);
      if (timesInstalled == 2) {
        template.getInterceptors().add(ThrottleInterceptor.of(bean(UriRules.class)));
      }
      return new Client(baseUrl, uri -> template.getForObject(uri, String.class));
    }
  }

  @Nested
  class OfHttpService extends Ruled {

    OfHttpService() {
      set("spring.http.clients.imperative.factory", "jdk");
      set("spring.http.clients.read-timeout", "2s");
    }

    @Override
    protected HookedClient client(String baseUrl, int timesInstalled) {
      return new Client(baseUrl, bean(Getting.class));
    }
  }

  @Nested
  class OfWebClient extends Ruled {

    @Override
    protected boolean blocks() {
      return false;
    }

    @Override
    protected HookedClient client(String baseUrl, int timesInstalled) {
      WebClient.Builder builder = bean(WebClient.Builder.class);
      if (timesInstalled == 2) {
        builder.filter(ThrottleFilter.of(bean(UriRules.class)));
      }
      WebClient client = builder.baseUrl(baseUrl).build();
      return new HookedClient() {
        private CompletableFuture<?> send(String path) {
          return client.get().uri(path).retrieve().bodyToMono(String.class).toFuture();
        }

        @Override
        public CompletableFuture<?> send(Endpoint endpoint) {
          return send(endpoint.path());
        }

        @Override
        public CompletableFuture<?> sendReflectively() throws ReflectiveOperationException {
          WebClient.RequestHeadersUriSpec<?> get =
              (WebClient.RequestHeadersUriSpec<?>) WebClient.class.getMethod("get").invoke(client);
          return get.uri(Endpoint.METHOD.path()).retrieve().bodyToMono(String.class).toFuture();
        }

        @Override
        public CompletableFuture<?> sendUnlessBusy() {
          return send("/busy");
        }

        @Override
        public CompletableFuture<?> sendUnthrottled() {
          return send("/other");
        }
      };
    }
  }
}
