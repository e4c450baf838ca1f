package dev.throttle.clients.spring;

import dev.throttle.clients.Attempt;
import dev.throttle.clients.reactive.ReactorTurn;
import dev.throttle.clients.rule.UriRules;
import java.util.Objects;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;

/**
 * A filter of {@code WebClient} that takes a permit for each request before it is sent.
 *
 * <pre>{@code
 * UriRules rules = UriRules.of(buckets).when("api.foo.com/**").pass("api.foo.com");
 * WebClient client = WebClient.builder().filter(ThrottleFilter.of(rules)).build();
 * }</pre>
 *
 * <p>Never blocks: a request that waits holds neither a thread nor a connection, and is sent on the
 * executor of {@link dev.throttle.core.Buckets} when its turn has come. Each subscription is
 * another request, so what is repeated by {@code retry} pays again; filters that send a request
 * again are to be added before this one. Cancelling while it waits sends nothing. The permit is
 * complete when the headers of the response are in. A refusal is an error signal, a {@link
 * dev.throttle.core.ThrottledException}. Safe for use by many threads.
 */
public final class ThrottleFilter implements ExchangeFilterFunction {

  private final UriRules rules;

  private ThrottleFilter(UriRules rules) {
    this.rules = rules;
  }

  /** Returns a filter for requests that pass what rules say. */
  public static ThrottleFilter of(UriRules rules) {
    return new ThrottleFilter(Objects.requireNonNull(rules, "rules must not be null."));
  }

  @Override
  public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
    return Mono.defer(() -> attempt(request, next));
  }

  private Mono<ClientResponse> attempt(ClientRequest request, ExchangeFunction next) {
    Attempt attempt =
        Attempt.ofRules(
            rules,
            new SpringRequest(request.method().name(), request.url(), request.headers()),
            request);
    return ReactorTurn.mono(
            attempt.due(),
            (permit, sending) -> {
              attempt.granted(permit);
              attempt.<Attempt, RuntimeException>send(
                  () -> {
                    sending.run();
                    return attempt;
                  });
            },
            () -> next.exchange(request).doOnNext(response -> answered(attempt, response)))
        .doOnTerminate(attempt::over)
        .doOnCancel(attempt::over);
  }

  private static void answered(Attempt attempt, ClientResponse response) {
    attempt.answered(response.statusCode().value(), response.headers()::header);
  }
}
