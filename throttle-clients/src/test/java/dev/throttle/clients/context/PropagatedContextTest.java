package dev.throttle.clients.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.clients.rule.UriRules;
import dev.throttle.clients.spring.ThrottleFilter;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.test.RateLimitedProvider;
import io.micrometer.context.ContextRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.web.reactive.function.client.WebClient;

/** What Micrometer's context propagation knows of comes along to what is sent later. */
class PropagatedContextTest {

  private static final ThreadLocal<String> TRACE = new ThreadLocal<>();

  private final RateLimitedProvider provider = RateLimitedProvider.builder().start();
  private final Buckets buckets = Buckets.create();
  private final UriRules rules;

  PropagatedContextTest() {
    buckets.define("local", Limit.of(1, Duration.ofMillis(50)));
    rules = UriRules.of(buckets).when(provider.uri().getAuthority() + "/**").pass("local");
  }

  @BeforeEach
  void know() {
    ContextRegistry.getInstance().registerThreadLocalAccessor("test.trace", TRACE);
    TRACE.set("request 1");
  }

  @AfterEach
  void forget() {
    ContextRegistry.getInstance().removeThreadLocalAccessor("test.trace");
    TRACE.remove();
    provider.close();
  }

  @Test
  void a_call_that_waited_has_it() {
    buckets.throttle("local").acquire().close();
    CompletableFuture<String> seen =
        buckets.throttle("local").callAsync(() -> CompletableFuture.completedFuture(TRACE.get()));
    TRACE.remove();
    assertThat(seen.join()).isEqualTo("request 1");
  }

  @Test
  void what_a_web_client_does_before_it_sends_has_it() {
    List<String> seen = new CopyOnWriteArrayList<>();
    WebClient client =
        WebClient.builder()
            .filter(ThrottleFilter.of(rules))
            .filter(
                (request, next) -> {
                  seen.add(String.valueOf(TRACE.get()));
                  return next.exchange(request);
                })
            .build();
    for (int i = 0; i < 2; i++) {
      client.get().uri(provider.uri("/users")).retrieve().toBodilessEntity().block();
    }
    assertThat(seen).containsExactly("request 1", "request 1");
  }

  @Test
  void a_thread_of_the_executor_keeps_nothing_of_it() {
    buckets.throttle("local").acquire().close();
    CompletableFuture<String> after = new CompletableFuture<>();
    buckets
        .throttle("local")
        .withExecutor(
            task -> {
              task.run();
              after.complete(String.valueOf(TRACE.get()));
            })
        .callAsync(() -> CompletableFuture.completedFuture(1));
    assertThat(after.join()).isEqualTo("null");
  }
}
