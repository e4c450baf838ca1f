package dev.throttle.clients.apache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.throttle.clients.RuledClient;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.ThrottledException;
import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.ProviderCall;
import dev.throttle.test.ProviderRequest;
import dev.throttle.test.RateLimitedProvider;
import dev.throttle.test.contract.Endpoint;
import dev.throttle.test.contract.HookContract;
import dev.throttle.test.contract.HookedClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.hc.client5.http.HttpRequestRetryStrategy;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.RouteInfo.LayerType;
import org.apache.hc.client5.http.RouteInfo.TunnelType;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.CredentialsProvider;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultHttpRequestRetryStrategy;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.pool.ConnPoolControl;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract, and what the client sends by itself, for one of the two clients. */
abstract class ApacheContract extends HookContract {

  private static final Duration A_PERIOD_AND_ITS_GUARD = Duration.ofMillis(1_001);

  /** How a client is built. */
  record Setting(
      int timesInstalled,
      UriRules rules,
      HttpRequestRetryStrategy retries,
      HttpRoutePlanner routes) {

    static Setting of(int timesInstalled, UriRules rules) {
      return new Setting(
          timesInstalled,
          rules,
          new DefaultHttpRequestRetryStrategy(0, TimeValue.ZERO_MILLISECONDS),
          new DefaultRoutePlanner(null));
    }

    Setting retrying() {
      HttpRequestRetryStrategy once =
          new DefaultHttpRequestRetryStrategy(
              1, TimeValue.ZERO_MILLISECONDS, List.of(), List.of(503)) {};
      return new Setting(timesInstalled, rules, once, routes);
    }

    Setting through(URI proxy) {
      HttpHost host = HttpHost.create(proxy);
      return new Setting(
          timesInstalled,
          rules,
          retries,
          (target, context) ->
              new HttpRoute(target, null, host, false, TunnelType.TUNNELLED, LayerType.PLAIN));
    }

    static RequestConfig request() {
      return RequestConfig.custom().setResponseTimeout(Timeout.ofSeconds(2)).build();
    }

    static CredentialsProvider credentials() {
      BasicCredentialsProvider all = new BasicCredentialsProvider();
      all.setCredentials(
          new AuthScope(null, null, -1, null, null),
          new UsernamePasswordCredentials("user", "secret".toCharArray()));
      return all;
    }
  }

  private final List<AutoCloseable> closeables = new ArrayList<>();

  abstract HookedClient client(String baseUrl, Setting setting);

  /** Returns the pool of the client that was made last. */
  abstract ConnPoolControl<HttpRoute> pool();

  final <T extends AutoCloseable> T closing(T closeable) {
    closeables.add(closeable);
    return closeable;
  }

  @AfterEach
  final void close() throws Exception {
    for (AutoCloseable closeable : closeables) {
      closeable.close();
    }
  }

  @Override
  protected final HookedClient client(String baseUrl, int timesInstalled) {
    return client(baseUrl, Setting.of(timesInstalled, RuledClient.rules(baseUrl)));
  }

  @Override
  protected final boolean cancelsRequests() {
    return true;
  }

  private RateLimitedProvider providerOf(Function<ProviderRequest, ProviderAnswer> answer) {
    return closing(RateLimitedProvider.builder().answer("/", answer).start());
  }

  private static Setting setting(RateLimitedProvider provider) {
    return Setting.of(1, RuledClient.rules(provider.baseUrl()));
  }

  private static List<String> paths(RateLimitedProvider provider) {
    return provider.log().stream().map(ProviderCall::path).toList();
  }

  private static ProviderAnswer redirect(String to) {
    return ProviderAnswer.of(302, "elsewhere").header("Location", to);
  }

  private RateLimitedProvider redirectingToType() {
    return providerOf(
        request ->
            request.path().equals("/method") ? redirect("/type") : ProviderAnswer.of(200, "there"));
  }

  // ---- what the client sends by itself

  @Test
  void a_redirect_is_another_request_and_pays_by_its_own_address() {
    RateLimitedProvider redirecting = redirectingToType();
    HookedClient client = client(redirecting.baseUrl(), setting(redirecting));
    client.send(Endpoint.TYPE).join();
    CompletableFuture<?> answer = client.send(Endpoint.METHOD);
    await().until(() -> bucket(Endpoint.TYPE).waiting() == 1);
    assertThat(bucket(Endpoint.METHOD).inUse()).isEqualTo(1);
    assertThat(paths(redirecting)).containsExactly("/type", "/method");
    assertThat(pool().getTotalStats().getLeased()).isZero();
    time.advance(A_PERIOD_AND_ITS_GUARD);
    awaitDone(answer);
    assertThat(answer).isCompletedWithValueMatching("there"::equals);
    assertThat(paths(redirecting)).containsExactly("/type", "/method", "/type");
  }

  @Test
  void a_redirect_that_waits_is_cancelled() {
    RateLimitedProvider redirecting = redirectingToType();
    HookedClient client = client(redirecting.baseUrl(), setting(redirecting));
    client.send(Endpoint.TYPE).join();
    CompletableFuture<?> cancelled = client.send(Endpoint.METHOD);
    await().until(() -> bucket(Endpoint.TYPE).waiting() == 1);
    cancelled.cancel(true);
    await().until(() -> bucket(Endpoint.TYPE).waiting() == 0);
    awaitNothingInUse();
    assertThat(paths(redirecting)).containsExactly("/type", "/method");
    assertThat(pool().getTotalStats().getLeased()).isZero();
  }

  @Test
  void a_redirect_that_is_refused_reaches_the_caller() {
    RateLimitedProvider redirecting = providerOf(request -> redirect("/busy"));
    HookedClient client = client(redirecting.baseUrl(), setting(redirecting));
    CompletableFuture<?> refused = client.send(Endpoint.METHOD);
    awaitDone(refused);
    assertThatThrownBy(refused::get).cause().isInstanceOf(ThrottledException.class);
    assertThat(paths(redirecting)).containsExactly("/method");
    assertThat(pool().getTotalStats().getLeased()).isZero();
    awaitNothingInUse();
  }

  @Test
  void a_retry_pays() {
    providerAnswers(ProviderAnswer.of(503, "later"));
    CompletableFuture<?> answer =
        client(provider.baseUrl(), setting(provider).retrying()).send(Endpoint.METHOD);
    retriesAfterAPeriod(answer);
  }

  @Test
  void a_retry_after_a_failure_pays() {
    providerAnswers(ProviderAnswer.hangUp());
    CompletableFuture<?> answer =
        client(provider.baseUrl(), setting(provider).retrying()).send(Endpoint.METHOD);
    retriesAfterAPeriod(answer);
  }

  private void retriesAfterAPeriod(CompletableFuture<?> answer) {
    awaitWaiting(1);
    assertThat(provider.count()).isEqualTo(1);
    assertThat(pool().getTotalStats().getLeased()).isZero();
    providerAnswers(ProviderAnswer.of(200, "ok"));
    time.advance(A_PERIOD_AND_ITS_GUARD);
    awaitDone(answer);
    assertThat(answer).isCompletedWithValueMatching("ok"::equals);
    assertThat(provider.count()).isEqualTo(2);
    assertThat(bucket().inUse()).isEqualTo(1);
  }

  @Test
  void the_answer_to_a_challenge_pays_and_waits_without_a_connection() {
    RateLimitedProvider challenging =
        providerOf(
            request ->
                request.header("Authorization").isPresent()
                    ? ProviderAnswer.of(200, "welcome")
                    : ProviderAnswer.of(401, "who?")
                        .header("WWW-Authenticate", "Basic realm=\"foo\""));
    CompletableFuture<?> answer =
        client(challenging.baseUrl(), setting(challenging)).send(Endpoint.METHOD);
    awaitWaiting(1);
    assertThat(challenging.count()).isEqualTo(1);
    assertThat(pool().getTotalStats().getLeased()).isZero();
    time.advance(A_PERIOD_AND_ITS_GUARD);
    awaitDone(answer);
    assertThat(answer).isCompletedWithValueMatching("welcome"::equals);
    assertThat(challenging.count()).isEqualTo(2);
  }

  @Test
  void a_tunnel_through_a_proxy_takes_no_permit() throws IOException {
    try (CannedServer proxy = CannedServer.start()) {
      UriRules rules = RuledClient.rules(provider.baseUrl());
      HookedClient client = client(provider.baseUrl(), Setting.of(1, rules).through(proxy.uri()));
      CompletableFuture<?> answer = client.send(Endpoint.METHOD);
      await().until(() -> proxy.methods().equals(List.of("CONNECT")));
      proxy.answers("HTTP/1.1 200 OK\r\n\r\n");
      await().until(() -> proxy.methods().equals(List.of("CONNECT", "GET")));
      proxy.answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      awaitDone(answer);
      assertThat(answer).isCompletedWithValueMatching("ok"::equals);
      assertThat(bucket().inUse()).isEqualTo(1);
    }
  }

  // ---- when a permit is complete

  @Test
  void the_body_is_read_after_the_permit_is_complete() throws IOException {
    try (CannedServer slow = CannedServer.start()) {
      CompletableFuture<?> answer = client(slow.uri().toString(), 1).send(Endpoint.METHOD);
      await().until(() -> slow.methods().size() == 1);
      time.advance(A_PERIOD_AND_ITS_GUARD);
      assertThat(bucket().inUse()).isEqualTo(1);
      slow.answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
      awaitNothingInUse();
      assertThat(answer).isNotDone();
      slow.answers("ok");
      awaitDone(answer);
      assertThat(answer).isCompletedWithValueMatching("ok"::equals);
    }
  }
}
