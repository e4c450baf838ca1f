package dev.throttle.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.clients.feign.ThrottleCapability;
import dev.throttle.clients.http.ThrottledHttpClient;
import feign.Feign;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RedirectBehindHookTest extends AttemptReview {

  @Test
  void a_redirect_behind_another_hook_does_not_wait_for_the_permit_of_its_own_call()
      throws Exception {
    HttpClient client =
        ThrottledHttpClient.of(HttpClient.newHttpClient(), rules)
            .followingRedirects(HttpClient.Redirect.NORMAL);
    SyncApi api =
        Feign.builder()
            .client(feignOver(client))
            .addCapability(new ThrottleCapability())
            .target(SyncApi.class, provider.baseUrl());
    inTime(api::moved);
  }

  /** A client around one that follows redirects, which ThrottledHttpClient.of allows. */
  @Test
  void a_redirect_of_a_client_in_another_does_not_wait_for_the_permit_of_its_own_call()
      throws Exception {
    HttpClient inner =
        ThrottledHttpClient.of(HttpClient.newHttpClient(), rules)
            .followingRedirects(HttpClient.Redirect.NORMAL);
    HttpClient outer = ThrottledHttpClient.of(inner, rules);
    CompletableFuture<?> done =
        outer.sendAsync(
            HttpRequest.newBuilder(provider.uri("/moved")).build(), BodyHandlers.ofString());
    try {
      assertThat(done).succeedsWithin(Duration.ofSeconds(5));
    } finally {
      done.cancel(true);
    }
  }

  private static feign.Client feignOver(HttpClient client) {
    return (request, options) -> {
      try {
        HttpResponse<String> response =
            client.send(
                HttpRequest.newBuilder(URI.create(request.url())).build(), BodyHandlers.ofString());
        return feign.Response.builder()
            .status(200)
            .headers(Map.of())
            .request(request)
            .body(response.body(), StandardCharsets.UTF_8)
            .build();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    };
  }
}
