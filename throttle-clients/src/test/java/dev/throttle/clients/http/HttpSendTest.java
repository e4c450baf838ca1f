package dev.throttle.clients.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.ThrottledException;
import dev.throttle.test.contract.HookedClient;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HttpSendTest extends HttpContract {

  @Override
  CompletableFuture<?> send(HttpClient client, HttpRequest request) {
    return HookedClient.onThread(() -> client.send(request, text()));
  }

  @Override
  CompletableFuture<?> sendReflectively(HttpClient client, HttpRequest request) {
    return HookedClient.onThread(
        () ->
            HttpClient.class
                .getMethod("send", HttpRequest.class, BodyHandler.class)
                .invoke(client, request, text()));
  }

  @Override
  protected boolean blocks() {
    return true;
  }

  @Test
  void an_interrupted_wait_is_a_refusal_and_keeps_the_flag() throws Exception {
    HttpClient client = throttled();
    client.send(request(), text());
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> client.send(request(), text()))
          .isInstanceOfSatisfying(
              ThrottledException.class,
              e -> assertThat(e.reason()).isEqualTo(ThrottledException.Reason.INTERRUPTED));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(bucket().waiting()).isZero();
    assertThat(provider.count()).isEqualTo(1);
    awaitNothingInUse();
  }

  @Test
  void a_body_is_read_after_its_permit_is_complete() throws Exception {
    HttpClient client = throttled();
    var response = client.send(request(), BodyHandlers.ofInputStream());
    time.advance(Duration.ofSeconds(2));
    assertThat(bucket().inUse()).isZero();
    assertThat(response.body().readAllBytes()).asString().isEqualTo("ok");
  }

  @Test
  void an_error_of_the_client_completes_the_permit() {
    HttpClient client =
        ThrottledHttpClient.of(
            new ForwardingHttpClient(HttpClient.newHttpClient()) {
              @Override
              public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) {
                throw new StackOverflowError("in the client");
              }
            },
            dev.throttle.clients.RuledClient.rules(provider.baseUrl()));
    assertThatThrownBy(() -> client.send(request(), text())).isInstanceOf(StackOverflowError.class);
    assertThat(bucket().inUse()).isEqualTo(1);
    awaitNothingInUse();
  }

  @Test
  void what_the_body_handler_throws_reaches_the_caller() {
    HttpClient client = throttled();
    assertThatThrownBy(
            () ->
                client.send(
                    request(),
                    headers -> {
                      throw new IllegalStateException("no such body");
                    }))
        .isInstanceOf(IOException.class)
        .hasRootCauseMessage("no such body");
    assertThat(bucket().inUse()).isEqualTo(1);
    awaitNothingInUse();
  }
}
