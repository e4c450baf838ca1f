package dev.throttle.clients.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.test.RateLimitedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.web.client.RestClient;

/** Another interceptor sends each request twice. */
class RepeatedRequestTest {

  private static final ClientHttpRequestInterceptor TWICE =
      (request, body, execution) -> {
        execution.execute(request, body).close();
        return execution.execute(request, body);
      };

  @Test
  void each_time_pays_and_everybody_in_between_sees_it() {
    Buckets buckets = Buckets.create();
    buckets.define("local", Limit.of(10, Duration.ofHours(1)));
    List<String> seen = new ArrayList<>();
    try (RateLimitedProvider provider = RateLimitedProvider.builder().start()) {
      UriRules rules =
          UriRules.of(buckets).when(provider.uri().getAuthority() + "/**").pass("local");
      RestClient client =
          RestClient.builder()
              .requestInterceptor(TWICE)
              .requestInterceptor(
                  (request, body, execution) -> {
                    seen.add("between");
                    return execution.execute(request, body);
                  })
              .requestInterceptors(all -> ThrottleInterceptor.addTo(all, rules))
              .build();
      client.get().uri(provider.uri("/users")).retrieve().toBodilessEntity();
      assertThat(provider.count()).isEqualTo(2);
    }
    assertThat(seen).hasSize(2);
    assertThat(buckets.bucket("local").inUse()).isEqualTo(2);
  }
}
