package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.test.RateLimitedProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;

class ClientsTest {

  private final RateLimitedProvider provider = RateLimitedProvider.builder().start();

  private final ApplicationContextRunner application =
      Starter.application()
          .withUserConfiguration(Clients.class)
          .withPropertyValues(
              "throttle.buckets[local].limit=100",
              "throttle.buckets[local].period=PT1H",
              "throttle.buckets[local].uri=" + provider.uri().getAuthority() + "/**");

  @AfterEach
  void stop() {
    provider.close();
  }

  @Configuration(proxyBeanMethods = false)
  static class Clients {

    @Bean
    @Scope("prototype")
    RestClient.Builder restClientBuilder() {
      return RestClient.builder();
    }

    @Bean
    @Scope("prototype")
    WebClient.Builder webClientBuilder() {
      return WebClient.builder();
    }

    @Bean
    RestTemplate restTemplate() {
      return new RestTemplate();
    }
  }

  private static int used(org.springframework.context.ApplicationContext context) {
    return context.getBean(Buckets.class).bucket("local").inUse();
  }

  @Test
  void a_rest_client_pays_for_each_request() {
    application.run(
        context -> {
          RestClient client = context.getBean(RestClient.Builder.class).build();
          client.get().uri(provider.uri("/users")).retrieve().toBodilessEntity();
          client.mutate().build().get().uri(provider.uri("/users")).retrieve().toBodilessEntity();
          assertThat(used(context)).isEqualTo(2);
          assertThat(provider.count()).isEqualTo(2);
        });
  }

  /** Sends every request a second time. */
  private static final class Twice implements ClientHttpRequestInterceptor {
    @Override
    public ClientHttpResponse intercept(
        HttpRequest request, byte[] body, ClientHttpRequestExecution execution) throws IOException {
      execution.execute(request, body).close();
      return execution.execute(request, body);
    }
  }

  @Test
  void what_a_user_adds_that_sends_again_pays_again() {
    application.run(
        context -> {
          RestClient.Builder builder = context.getBean(RestClient.Builder.class);
          RestClient client =
              builder.baseUrl(provider.baseUrl()).requestInterceptor(new Twice()).clone().build();
          client.get().uri("/users").retrieve().toBodilessEntity();
          assertThat(provider.count()).isEqualTo(2);
          assertThat(used(context)).isEqualTo(2);
        });
  }

  @Test
  void a_rest_template_pays_for_each_request() {
    application.run(
        context -> {
          context.getBean(RestTemplate.class).getForObject(provider.uri("/users"), String.class);
          assertThat(used(context)).isEqualTo(1);
        });
  }

  @Test
  void what_a_rest_template_sends_again_pays_again() {
    application
        .withBean(
            "retrying",
            RestTemplate.class,
            () -> {
              RestTemplate template = new RestTemplate();
              template.getInterceptors().add(new Twice());
              return template;
            })
        .run(
            context -> {
              context
                  .getBean("retrying", RestTemplate.class)
                  .getForObject(provider.uri("/users"), String.class);
              assertThat(provider.count()).isEqualTo(2);
              assertThat(used(context)).isEqualTo(2);
            });
  }

  @Test
  void a_web_client_pays_for_each_attempt() {
    application.run(
        context -> {
          WebClient client =
              context
                  .getBean(WebClient.Builder.class)
                  .filter(
                      (request, next) ->
                          next.exchange(request)
                              .flatMap(first -> first.releaseBody().then(next.exchange(request))))
                  .build();
          client.get().uri(provider.uri("/users")).retrieve().toBodilessEntity().block();
          assertThat(provider.count()).isEqualTo(2);
          assertThat(used(context)).isEqualTo(2);
        });
  }

  @Test
  void rules_may_be_a_bean() {
    application
        .withBean(
            UriRules.class,
            () -> {
              Buckets buckets = Buckets.create();
              buckets.define("own", Limit.of(1, Duration.ofHours(1)));
              return UriRules.of(buckets).when("nowhere.com/**").pass("own");
            })
        .run(
            context -> {
              context
                  .getBean(RestTemplate.class)
                  .getForObject(provider.uri("/users"), String.class);
              assertThat(context.getBean(Buckets.class).isDefined("local")).isFalse();
            });
  }

  @Test
  void clients_can_be_left_alone() {
    application
        .withPropertyValues("throttle.clients.enabled=false")
        .run(
            context -> {
              context
                  .getBean(RestTemplate.class)
                  .getForObject(provider.uri("/users"), String.class);
              assertThat(context).doesNotHaveBean(UriRules.class);
            });
  }

  @Test
  void a_builder_is_found_again_and_goes_on_being_one() {
    application.run(
        context -> {
          RestClient.Builder builder = context.getBean(RestClient.Builder.class);
          assertThat(Set.of(builder)).contains(builder);
          assertThat(builder.defaultHeader("a", "b")).isSameAs(builder);
        });
  }
}
