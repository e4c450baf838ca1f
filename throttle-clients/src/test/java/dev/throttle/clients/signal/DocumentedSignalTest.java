package dev.throttle.clients.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Signal;
import dev.throttle.test.ProviderLimit;
import dev.throttle.test.RateLimitedProvider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The example of the package and of docs/signals.md; {@code DocumentationTest} compares them. */
class DocumentedSignalTest {

  @Test
  void a_provider_is_read() throws IOException, InterruptedException {
    try (RateLimitedProvider provider =
        RateLimitedProvider.builder()
            .limit(ProviderLimit.slidingWindow(1, Duration.ofMinutes(5)))
            .start()) {
      HttpClient client = HttpClient.newHttpClient();
      HttpRequest request = HttpRequest.newBuilder(URI.create(provider.baseUrl())).build();

      Signal accepted = read(client, request);
      assertThat(accepted.retryAfter()).isNull();
      assertThat(accepted.quotas())
          .first()
          .extracting(Signal.Quota::left, Signal.Quota::permits)
          .containsExactly(0L, 1L);
      Signal refused = read(client, request);
      assertThat(refused.retryAfter()).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
    }
  }

  private static Signal read(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    SignalReader reader = SignalReader.create();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    Signal signal = reader.read(answer.statusCode(), answer.headers()::allValues);

    if (signal.retryAfter() != null) {
      System.out.println("no calls for " + signal.retryAfter());
    }
    for (Signal.Quota quota : signal.quotas()) {
      System.out.println(quota.left() + " of " + quota.permits() + " left");
    }
    return signal;
  }
}
