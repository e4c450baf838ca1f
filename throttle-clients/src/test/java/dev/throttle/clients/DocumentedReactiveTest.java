package dev.throttle.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Throttle;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.clients.spring.ThrottleFilter;
import dev.throttle.clients.spring.ThrottleInterceptor;
import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttling;
import dev.throttle.core.plan.MethodPlan;
import dev.throttle.test.RateLimitedProvider;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/** The examples of docs/clients.md on Spring and reactive types. */
class DocumentedReactiveTest {

  private final RateLimitedProvider provider = RateLimitedProvider.builder().start();
  private final Buckets buckets = Buckets.create();
  private Buckets before;

  @BeforeEach
  void start() {
    before = Throttling.use(buckets);
  }

  @AfterEach
  void stop() {
    Throttling.use(before).close();
    provider.close();
  }

  @Test
  void spring() {
    Bucket bucket = buckets.define("api.foo.com", Limit.of(600, Duration.ofMinutes(1)));
    RestTemplate restTemplate = new RestTemplate(new JdkClientHttpRequestFactory());
    UriRules rules = UriRules.of(buckets).when("api.foo.com/**").pass("api.foo.com");
    WebClient reactive = WebClient.builder().filter(ThrottleFilter.of(rules)).build();
    RestClient blocking =
        RestClient.builder()
            .requestInterceptors(all -> ThrottleInterceptor.addTo(all, rules))
            .build();
    ThrottleInterceptor.addTo(restTemplate.getInterceptors(), rules);

    URI uri = provider.uri("/users/7");
    WebClient overTheJdk = reactive.mutate().clientConnector(new JdkClientHttpConnector()).build();
    assertThat(overTheJdk.get().uri(uri).retrieve().bodyToMono(String.class).block())
        .contains("ok");
    assertThat(blocking.get().uri(uri).retrieve().body(String.class)).contains("ok");
    assertThat(restTemplate.getForObject(uri, String.class)).contains("ok");
    assertThat(bucket.inUse()).isZero(); // another host
  }

  @Throttle(value = "api.foo.com", limit = 600, period = "PT1M")
  interface ReactiveUsers {
    Mono<String> user(int id);
  }

  @Test
  void reactive_types() throws Exception {
    MethodPlan plan =
        MethodPlan.of(ReactiveUsers.class, ReactiveUsers.class.getMethod("user", int.class));
    Mono<?> user = (Mono<?>) plan.invokeCallSite(() -> Mono.just("users/7"));
    assertThat(buckets.bucket("api.foo.com").inUse()).isZero();
    assertThat(user.block()).isEqualTo("users/7");
    assertThat(user.block()).isEqualTo("users/7");
    assertThat(buckets.bucket("api.foo.com").inUse()).isEqualTo(2);
  }

  @Test
  void threads_that_must_not_block() {
    buckets.setSparesNonBlockingThreads(false);
    assertThat(buckets.isEnabled()).isTrue();
  }
}
