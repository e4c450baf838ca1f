package dev.throttle.clients.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.test.RateLimitedProvider;
import dev.throttle.test.VirtualTime;
import dev.throttle.test.contract.HookedClient;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What JDK 21 added to {@code HttpClient}, on which JDK these tests run or not: on an older one it
 * is about this client alone.
 */
class HttpLifetimeTest {

  private static final boolean CAN_BE_CLOSED =
      AutoCloseable.class.isAssignableFrom(HttpClient.class);

  private final VirtualTime time = new VirtualTime();
  private final Buckets buckets = Buckets.builder().timeSource(time).build();
  private final Bucket bucket = buckets.define("all", Limit.of(1, Duration.ofSeconds(1)));
  private final RateLimitedProvider provider = RateLimitedProvider.builder().start();
  private final HttpRequest request = HttpRequest.newBuilder(provider.uri("/")).build();
  private final Closeable wrapped = new Closeable();
  private final ThrottledHttpClient client =
      ThrottledHttpClient.of(wrapped, UriRules.of(buckets).when("*:*/**").pass("all"));

  /** Not overrides on JDK 17. */
  static class Closeable extends ForwardingHttpClient {

    final AtomicInteger shutdowns = new AtomicInteger();
    volatile boolean now;
    volatile boolean terminated = true;

    Closeable() {
      super(HttpClient.newHttpClient());
    }

    @SuppressWarnings("MissingOverride") // on JDK 17 there is none
    public void shutdown() {
      shutdowns.incrementAndGet();
    }

    @SuppressWarnings("MissingOverride")
    public void shutdownNow() {
      now = true;
    }

    @SuppressWarnings("MissingOverride")
    public boolean isTerminated() {
      return terminated;
    }

    @SuppressWarnings("MissingOverride")
    public boolean awaitTermination(Duration duration) throws InterruptedException {
      if (duration.isZero() || duration.toNanos() <= Duration.ofSeconds(1).toNanos()) {
        return terminated;
      }
      throw new InterruptedException("waits for long");
    }
  }

  @AfterEach
  void stop() {
    buckets.close();
    provider.close();
  }

  private CompletableFuture<?> sendAsync() {
    return client.sendAsync(request, BodyHandlers.ofString());
  }

  private CompletableFuture<?> waitingCall() {
    sendAsync().join();
    CompletableFuture<?> waiting = sendAsync();
    await().until(() -> bucket.waiting() == 1);
    return waiting;
  }

  private void assertShutDown(int times) {
    assertThat(wrapped.shutdowns.get()).isEqualTo(CAN_BE_CLOSED ? times : 0);
  }

  @Test
  void a_client_that_is_shut_down_takes_no_more_requests() {
    client.shutdown();
    assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("the HttpClient was shut down: it takes no further requests.");
    assertThatThrownBy(() -> sendAsync().get()).hasCauseExactlyInstanceOf(IOException.class);
    assertThat(client.isTerminated()).isTrue();
    assertShutDown(1);
    assertThat(provider.count()).isZero();
    assertThat(bucket.inUse()).isZero();
  }

  @Test
  void a_call_that_waits_is_seen_through_before_the_wrapped_client_is_shut_down() throws Exception {
    CompletableFuture<?> waiting = waitingCall();
    client.shutdown();
    assertShutDown(0);
    assertThat(client.isTerminated()).isFalse();
    assertThat(client.awaitTermination(Duration.ofMillis(1))).isFalse();
    time.advance(Duration.ofSeconds(2));
    await().until(waiting::isDone);
    waiting.join();
    await().until(client::isTerminated);
    assertShutDown(1);
    assertThat(client.awaitTermination(Duration.ofSeconds(1))).isTrue();
    assertThat(provider.count()).isEqualTo(2);
  }

  @Test
  void a_call_that_waits_in_its_thread_is_seen_through_too() {
    sendAsync().join();
    CompletableFuture<?> waiting =
        HookedClient.onThread(() -> client.send(request, BodyHandlers.ofString()));
    await().until(() -> bucket.waiting() == 1);
    client.shutdown();
    time.advance(Duration.ofSeconds(2));
    await().until(waiting::isDone);
    waiting.join();
    await().until(client::isTerminated);
    assertShutDown(1);
  }

  @Test
  void shutdownNow_fails_calls_that_wait_and_sends_nothing() throws Exception {
    CompletableFuture<?> waiting = waitingCall();
    CompletableFuture<?> inThread =
        HookedClient.onThread(() -> client.send(request, BodyHandlers.ofString()));
    await().until(() -> bucket.waiting() == 2);
    client.shutdownNow();
    await().until(() -> waiting.isDone() && inThread.isDone());
    assertThatThrownBy(waiting::get).hasCauseExactlyInstanceOf(IOException.class);
    assertThatThrownBy(inThread::get).hasCauseExactlyInstanceOf(IOException.class);
    await().until(() -> bucket.waiting() == 0);
    await().until(client::isTerminated);
    assertThat(wrapped.now).isEqualTo(CAN_BE_CLOSED);
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void the_end_of_the_wrapped_client_is_awaited_where_it_has_one() throws Exception {
    Assumptions.assumeTrue(CAN_BE_CLOSED);
    wrapped.terminated = false;
    client.shutdown();
    assertThat(client.isTerminated()).isFalse();
    assertThat(client.awaitTermination(Duration.ofMillis(1))).isFalse();
    assertThatThrownBy(() -> client.awaitTermination(Duration.ofDays(1)))
        .isInstanceOf(InterruptedException.class)
        .hasMessage("waits for long");
  }

  @Test
  void a_real_client_ends_with_the_throttled_one_also_in_a_try() throws Exception {
    Assumptions.assumeTrue(CAN_BE_CLOSED);
    HttpClient real = HttpClient.newHttpClient();
    HttpClient throttled =
        ThrottledHttpClient.of(real, UriRules.of(buckets).when("*:*/**").pass("all"));
    throttled.send(request, BodyHandlers.ofString());
    ((AutoCloseable) throttled).close();
    assertThat(HttpClient.class.getMethod("isTerminated").invoke(real)).isEqualTo(true);
    assertThat(HttpClient.class.getMethod("isTerminated").invoke(throttled)).isEqualTo(true);
    assertThatThrownBy(() -> throttled.send(request, BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void clients_of_different_redirects_end_together() {
    client.followingRedirects(HttpClient.Redirect.NORMAL).shutdown();
    assertThatThrownBy(() -> sendAsync().get()).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void all_else_is_the_wrapped_clients() {
    assertThat(client.cookieHandler()).isEqualTo(wrapped.cookieHandler());
    assertThat(client.connectTimeout()).isEqualTo(wrapped.connectTimeout());
    assertThat(client.proxy()).isEqualTo(wrapped.proxy());
    assertThat(client.sslContext()).isSameAs(wrapped.sslContext());
    assertThat(client.sslParameters().getProtocols())
        .isEqualTo(wrapped.sslParameters().getProtocols());
    assertThat(client.authenticator()).isEqualTo(wrapped.authenticator());
    assertThat(client.version()).isEqualTo(wrapped.version());
    assertThat(client.executor()).isEqualTo(wrapped.executor());
    assertThat(client.followRedirects()).isEqualTo(HttpClient.Redirect.NEVER);
    assertThat(client.followingRedirects(HttpClient.Redirect.NORMAL).followRedirects())
        .isEqualTo(HttpClient.Redirect.NORMAL);
    assertThat(client).hasToString("ThrottledHttpClient of " + wrapped);
    assertThatThrownBy(client::newWebSocketBuilder)
        .isInstanceOf(UnsupportedOperationException.class); // as the wrapped one's
  }
}
