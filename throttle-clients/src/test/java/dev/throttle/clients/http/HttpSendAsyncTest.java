package dev.throttle.clients.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.throttle.clients.RuledClient;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttling;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HttpSendAsyncTest extends HttpContract {

  @Override
  CompletableFuture<?> send(HttpClient client, HttpRequest request) {
    return client.sendAsync(request, text());
  }

  @Override
  CompletableFuture<?> sendReflectively(HttpClient client, HttpRequest request)
      throws ReflectiveOperationException {
    return (CompletableFuture<?>)
        HttpClient.class
            .getMethod("sendAsync", HttpRequest.class, BodyHandler.class)
            .invoke(client, request, text());
  }

  @Override
  protected boolean blocks() {
    return false;
  }

  /** Ways to make a future of that of a call. */
  enum Dependent {
    APPLIED(future -> future.thenApply(HttpResponse::body)),
    APPLIED_TWICE(future -> future.thenApply(HttpResponse::body).thenApply(String::length)),
    COMPOSED(future -> future.thenCompose(CompletableFuture::completedFuture)),
    COMBINED(future -> future.thenCombine(new CompletableFuture<>(), (a, b) -> a)),
    HANDLED(future -> future.handle((response, failure) -> "")),
    COPY(CompletableFuture::copy);

    private final Function<CompletableFuture<HttpResponse<String>>, CompletableFuture<?>> make;

    Dependent(Function<CompletableFuture<HttpResponse<String>>, CompletableFuture<?>> make) {
      this.make = make;
    }
  }

  @ParameterizedTest
  @EnumSource
  void cancelling_a_future_made_of_one_that_waits_sends_nothing(Dependent dependent) {
    HttpClient client = throttled();
    client.sendAsync(request(), text()).join();
    CompletableFuture<HttpResponse<String>> call = client.sendAsync(request(), text());
    CompletableFuture<?> made = dependent.make.apply(call);
    awaitWaiting(1);
    assertThat(made.cancel(true)).isTrue();
    assertThat(made.isCancelled()).isTrue();
    assertThat(call.isCancelled()).isTrue();
    awaitWaiting(0);
    awaitNothingInUse();
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void cancelling_a_future_made_of_one_that_was_sent_ends_the_request() {
    providerHoldsItsAnswers();
    AtomicReference<CompletableFuture<?>> inside = new AtomicReference<>();
    HttpClient client =
        ThrottledHttpClient.of(
            new ForwardingHttpClient(HttpClient.newHttpClient()) {
              @Override
              public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                  HttpRequest request, BodyHandler<T> handler) {
                CompletableFuture<HttpResponse<T>> sent = super.sendAsync(request, handler);
                inside.set(sent);
                return sent;
              }
            },
            RuledClient.rules(provider.baseUrl()));
    CompletableFuture<String> body =
        client
            .sendAsync(HttpRequest.newBuilder(provider.uri("/method")).build(), text())
            .thenApply(HttpResponse::body);
    await().until(() -> provider.inFlight() == 1);
    body.cancel(true);
    await().until(() -> inside.get().isDone());
    awaitNothingInUse();
  }

  @Test
  void as_with_the_jdk_cancel_false_of_a_future_made_of_a_call_leaves_the_call_alone() {
    HttpClient client = throttled();
    client.sendAsync(request(), text()).join();
    CompletableFuture<HttpResponse<String>> call = client.sendAsync(request(), text());
    call.thenApply(HttpResponse::body).cancel(false);
    assertThat(bucket().waiting()).isEqualTo(1);
    assertThat(call).isNotDone();
    call.cancel(false);
    awaitWaiting(0);
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void a_future_that_is_completed_in_any_way_ends_the_wait() {
    HttpClient client = throttled();
    client.sendAsync(request(), text()).join();
    CompletableFuture<HttpResponse<String>> completed = client.sendAsync(request(), text());
    CompletableFuture<HttpResponse<String>> tooLate = client.sendAsync(request(), text());
    awaitWaiting(2);
    completed.complete(null);
    tooLate.orTimeout(1, TimeUnit.MILLISECONDS);
    awaitDone(tooLate);
    assertThatThrownBy(tooLate::get).hasCauseInstanceOf(TimeoutException.class);
    awaitWaiting(0);
    awaitNothingInUse();
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void the_permit_is_complete_when_the_headers_are_in() {
    HttpClient client = throttled();
    CompletableFuture<Void> bodyAsked = new CompletableFuture<>();
    CompletableFuture<Void> bodyMayBeRead = new CompletableFuture<>();
    CompletableFuture<HttpResponse<String>> call =
        client.sendAsync(
            request(),
            headers -> {
              bodyAsked.complete(null);
              bodyMayBeRead.join();
              return HttpResponse.BodySubscribers.ofString(java.nio.charset.StandardCharsets.UTF_8);
            });
    bodyAsked.join();
    time.advance(Duration.ofSeconds(2));
    assertThat(bucket().inUse()).isZero();
    bodyMayBeRead.complete(null);
    assertThat(call.join().body()).isEqualTo("ok");
  }

  @Test
  void a_failure_is_that_of_the_client_itself() throws Exception {
    HttpClient client = throttled();
    provider.close();
    assertThatThrownBy(() -> client.sendAsync(request(), text()).get())
        .cause()
        .isInstanceOf(IOException.class);
    awaitNothingInUse();
  }

  @Test
  void what_the_client_throws_fails_the_future_and_completes_the_permit() {
    HttpClient client =
        ThrottledHttpClient.of(
            new ForwardingHttpClient(HttpClient.newHttpClient()) {
              @Override
              public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                  HttpRequest request, BodyHandler<T> handler) {
                throw new IllegalArgumentException("no such request");
              }
            },
            RuledClient.rules(provider.baseUrl()));
    for (String path : new String[] {"/method", "/other"}) {
      CompletableFuture<?> failed = client.sendAsync(request(provider.uri(path)), text());
      assertThatThrownBy(failed::get).cause().hasMessage("no such request");
    }
    assertThat(bucket().inUse()).isEqualTo(1);
    awaitNothingInUse();
  }

  @Test
  void the_example_of_the_documentation() {
    Buckets buckets = Throttling.buckets();
    buckets.define("api.foo.com", Limit.of(600, Duration.ofMinutes(1)));
    HttpRequest request = request();
    UriRules rules = UriRules.of(buckets).when("api.foo.com/**").pass("api.foo.com");
    HttpClient client = ThrottledHttpClient.of(HttpClient.newHttpClient(), rules);
    client.sendAsync(request, BodyHandlers.ofString());
    await().until(() -> provider.count() == 1);
  }

  @Test
  void push_handlers_are_handed_on() {
    AtomicReference<Object> handed = new AtomicReference<>();
    HttpClient client =
        ThrottledHttpClient.of(
            new ForwardingHttpClient(HttpClient.newHttpClient()) {
              @Override
              public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                  HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
                handed.set(pushes);
                return super.sendAsync(request, handler, pushes);
              }
            },
            RuledClient.rules(provider.baseUrl()));
    PushPromiseHandler<String> pushes = (initiating, pushed, accept) -> {};
    assertThat(client.sendAsync(request(), text(), pushes).join().body()).isEqualTo("ok");
    assertThat(handed.get()).isSameAs(pushes);
    assertThat(bucket().inUse()).isEqualTo(1);
  }

  @Test
  void streamed_bodies_do_not_hold_permits() throws IOException {
    HttpClient client = throttled();
    var response = client.sendAsync(request(), BodyHandlers.ofInputStream()).join();
    time.advance(Duration.ofSeconds(2));
    assertThat(bucket().inUse()).isZero();
    assertThat(response.body().readAllBytes()).asString().isEqualTo("ok");
    assertThat(Throttling.buckets().all()).allMatch(bucket -> bucket.waiting() == 0);
  }
}
