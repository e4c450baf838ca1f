package dev.throttle.clients.spring;

import dev.throttle.clients.Attempt;
import dev.throttle.clients.rule.UriRules;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * An interceptor of {@code RestClient} and {@code RestTemplate} that takes a permit for each
 * request before it is sent.
 *
 * <pre>{@code
 * UriRules rules = UriRules.of(buckets).when("api.foo.com/**").pass("api.foo.com");
 * RestClient client =
 *     RestClient.builder()
 *         .requestInterceptors(all -> ThrottleInterceptor.addTo(all, rules))
 *         .build();
 * }</pre>
 *
 * <p>Waits in the calling thread (a virtual thread unmounts). Where other interceptors may send a
 * request again, add it by {@link #addTo}, so that each attempt pays. The permit is complete when
 * the headers of the response are in, or the attempt has failed. A refusal is a {@link
 * dev.throttle.core.ThrottledException}, thrown as it is. Safe for use by many threads.
 */
public final class ThrottleInterceptor implements ClientHttpRequestInterceptor {

  private final Supplier<? extends UriRules> rules;

  private ThrottleInterceptor(Supplier<? extends UriRules> rules) {
    this.rules = rules;
  }

  /** Returns an interceptor for requests that pass what rules say. */
  public static ThrottleInterceptor of(UriRules rules) {
    Objects.requireNonNull(rules, "rules must not be null.");
    return new ThrottleInterceptor(() -> rules);
  }

  /**
   * Adds one behind all that are in a list, so that also what they send again pays.
   *
   * <pre>{@code
   * builder.requestInterceptors(all -> ThrottleInterceptor.addTo(all, rules));
   * }</pre>
   *
   * <p>An interceptor of Spring 6 that executes a request twice is alone with the second: Spring
   * passes over those behind it. So the list holds only one afterwards, which runs them all, each
   * time. What is added to it later is behind this one.
   */
  public static void addTo(List<ClientHttpRequestInterceptor> interceptors, UriRules rules) {
    Objects.requireNonNull(rules, "rules must not be null.");
    addTo(interceptors, () -> rules);
  }

  /**
   * Adds one like {@link #addTo(List, UriRules)} that asks for its rules with each request: for
   * those that are not there yet.
   */
  public static void addTo(
      List<ClientHttpRequestInterceptor> interceptors, Supplier<? extends UriRules> rules) {
    ClientHttpRequestInterceptor chain = new ThrottleInterceptor(rules);
    for (int i = interceptors.size() - 1; i >= 0; i--) {
      chain = before(chain, interceptors.get(i));
    }
    interceptors.clear();
    interceptors.add(chain);
  }

  private static ClientHttpRequestInterceptor before(
      ClientHttpRequestInterceptor inner, ClientHttpRequestInterceptor outer) {
    return (request, body, execution) ->
        outer.intercept(
            request, body, (inRequest, inBody) -> inner.intercept(inRequest, inBody, execution));
  }

  @Override
  public ClientHttpResponse intercept(
      HttpRequest request, byte[] body, ClientHttpRequestExecution execution) throws IOException {
    Attempt attempt =
        Attempt.ofRules(
            rules.get(),
            new SpringRequest(request.getMethod().name(), request.getURI(), request.getHeaders()),
            request);
    try {
      attempt.await();
      ClientHttpResponse response = attempt.send(() -> execution.execute(request, body));
      attempt.answered(response.getStatusCode().value(), new SpringHeaders(response.getHeaders()));
      return response;
    } finally {
      attempt.overHere();
    }
  }
}
