package dev.throttle.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The examples of docs/testing.md and of the package; {@link DocumentationTest} compares them. */
class ExamplesTest {

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void ten_lines() throws Exception {
    VirtualTime time = new VirtualTime();
    try (RateLimitedProvider provider =
        RateLimitedProvider.builder()
            .time(time)
            .limit("/users", ProviderLimit.slidingWindow(1, Duration.ofMinutes(15)))
            .start()) {
      assertThat(status(provider.uri("/users/7"))).isEqualTo(200);
      assertThat(status(provider.uri("/users/8"))).isEqualTo(429);
      time.advance(Duration.ofMinutes(15));
      assertThat(status(provider.uri("/users/8"))).isEqualTo(200);
    }
  }

  @Test
  void a_throttled_client_gets_no_429() throws Exception {
    try (RateLimitedProvider provider =
            RateLimitedProvider.builder()
                .limit(ProviderLimit.slidingWindow(20, Duration.ofMillis(300)))
                .limit("/users", ProviderLimit.slidingWindow(10, Duration.ofMillis(300)))
                .jitterBefore(Duration.ZERO, Duration.ofMillis(15))
                .jitterAfter(Duration.ZERO, Duration.ofMillis(15))
                .start();
        Buckets buckets = Buckets.create()) {
      buckets.define("api.foo.com", Limit.of(20, Duration.ofMillis(300)));
      buckets.define("api.foo.com/users", Limit.of(10, Duration.ofMillis(300)));
      Throttle throttle = buckets.throttle("api.foo.com", "api.foo.com/users");
      HttpRequest request = HttpRequest.newBuilder(provider.uri("/users/7")).build();

      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        answers.add(throttle.callAsync(() -> client.sendAsync(request, BodyHandlers.ofString())));
      }
      answers.forEach(CompletableFuture::join);

      assertThat(provider.count()).isEqualTo(50);
      assertThat(provider.refused()).isZero();
      assertThat(provider.maxInAnyWindow("/users", Duration.ofMillis(300))).isBetween(1, 10);
    }
  }

  @Test
  void a_quarter_of_an_hour_passes_in_one_line() {
    VirtualTime time = new VirtualTime();
    try (Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build()) {
      buckets.define("api.foo.com", Limit.of(1, Duration.ofMinutes(15)));
      Throttle throttle = buckets.throttle("api.foo.com");

      throttle.acquire().complete();
      CompletableFuture<String> second =
          throttle.callAsync(() -> CompletableFuture.completedFuture("Ada"));
      time.advance(Duration.ofMinutes(14));
      assertThat(second).isNotDone();

      time.advance(Duration.ofMinutes(2));
      assertThat(second).isCompletedWithValue("Ada");
    }
  }

  @Test
  void time_by_hand() {
    VirtualTime time = new VirtualTime();
    List<String> ran = new ArrayList<>();
    time.schedule(Duration.ofSeconds(30).toNanos(), () -> ran.add("b"));
    time.schedule(Duration.ofSeconds(10).toNanos(), () -> ran.add("a"));

    assertThat(time.pendingTimers()).isEqualTo(2);
    assertThat(time.nextTimerIn()).hasValue(10_000_000_000L);
    time.advance(Duration.ofMinutes(1));
    assertThat(ran).containsExactly("a", "b");
  }

  @Test
  void trouble() throws Exception {
    RateLimitedProvider.Builder builder =
        RateLimitedProvider.builder()
            .answer(
                "/orders", // first 503, then for ever 200
                ProviderAnswer.of(503, "").header("Retry-After", "2"),
                ProviderAnswer.of(200, "{\"id\":1}"))
            .answer("/garbage", ProviderAnswer.of(200, "<html>"))
            .answer("/half", ProviderAnswer.of(200, "{\"id\":").truncated())
            .answer("/gone", ProviderAnswer.hangUp())
            .answer("/slow", ProviderAnswer.of(200, "{}").after(Duration.ofSeconds(40)))
            .answer("/echo", request -> ProviderAnswer.of(200, request.path()));

    try (RateLimitedProvider provider = builder.start()) {
      assertThat(status(provider.uri("/orders"))).isEqualTo(503);
      assertThat(status(provider.uri("/orders"))).isEqualTo(200);
    }
  }

  @Test
  void limits_of_every_kind() throws Exception {
    Duration second = Duration.ofSeconds(1);
    Duration minute = Duration.ofMinutes(1);
    RateLimitedProvider.Builder builder =
        RateLimitedProvider.builder()
            // each shop 2 a second and 40 at once
            .limitPerKey(
                "/shop",
                ProviderLimit.tokenBucket(2, second, 40),
                request -> request.header("X-Shop"))
            // a language model: requests per minute, and tokens per minute
            .limit("/chat", ProviderLimit.tokenBucket(500, minute).countingCalls())
            .limit("/chat", ProviderLimit.tokenBucket(30_000, minute))
            .cost(request -> request.header("X-Tokens"))
            // a quota that is whole again at midnight in California
            .limit(
                "/search",
                ProviderLimit.calendarWindow(
                    10_000, Period.ofDays(1), ZoneId.of("America/Los_Angeles")))
            // no two calls within 100 ms
            .limit("/print", ProviderLimit.leakyBucket(10, second));

    try (RateLimitedProvider provider = builder.time(new VirtualTime()).start()) {
      assertThat(remaining(provider, "/shop", "X-Shop", "acme")).isEqualTo(39);
      assertThat(remaining(provider, "/shop", "X-Shop", "globex")).isEqualTo(39);
      assertThat(remaining(provider, "/chat", "X-Tokens", "29900")).isEqualTo(100);
      assertThat(remaining(provider, "/search", "X-Shop", "acme")).isEqualTo(9_999);
      assertThat(remaining(provider, "/print", "X-Shop", "acme")).isZero();
    }
  }

  @Test
  void wall_clock() {
    VirtualTime time = VirtualTime.startingAt(Instant.parse("2028-02-29T23:59:59Z"));
    ProviderCounter monthly =
        ProviderLimit.calendarWindow(1, Period.ofMonths(1), ZoneId.of("UTC")).newCounter();

    assertThat(monthly.count(time.epochNanos()).accepted()).isTrue();
    assertThat(monthly.count(time.epochNanos()).accepted()).isFalse();
    time.advance(Duration.ofSeconds(1));
    assertThat(monthly.count(time.epochNanos()).accepted()).isTrue();
    time.jumpWallClock(Duration.ofDays(31)); // no timer runs, and no tick passes
    assertThat(monthly.count(time.epochNanos()).accepted()).isTrue();
  }

  @Test
  void simulation_with_costs() {
    Duration minute = Duration.ofMinutes(1);
    ProviderCounter requests = ProviderLimit.slidingWindow(3, minute).countingCalls().newCounter();
    ProviderCounter tokens = ProviderLimit.slidingWindow(1_000, minute).newCounter();
    ProviderCounter model = ProviderCounter.allOf(requests, tokens);

    assertThat(model.count(0, 600).accepted()).isTrue();
    assertThat(model.count(1, 600).accepted()).isFalse();
    assertThat(model.count(2, 400).accepted()).isTrue();
    assertThat(model.count(3, 1).retryInNanos()).isEqualTo(minute.toNanos() - 3);
  }

  @Test
  void simulation() {
    ProviderCounter global = ProviderLimit.slidingWindow(200, Duration.ofSeconds(2)).newCounter();
    ProviderCounter users = ProviderLimit.tokenBucket(60, Duration.ofSeconds(1)).newCounter();
    ProviderCounter toUsers = ProviderCounter.allOf(global, users);
    int refused = 0;
    for (long millis = 0; millis < 10_000; millis += 10) {
      refused += toUsers.count(millis * 1_000_000).accepted() ? 0 : 1;
    }
    assertThat(refused).isEqualTo(341);
  }

  private int remaining(RateLimitedProvider provider, String path, String header, String value)
      throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(provider.uri(path)).header(header, value).build();
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    return Integer.parseInt(response.headers().firstValue("X-RateLimit-Remaining").orElseThrow());
  }

  private int status(URI uri) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).statusCode();
  }
}
