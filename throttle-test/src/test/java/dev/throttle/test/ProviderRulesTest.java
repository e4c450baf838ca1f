package dev.throttle.test;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys, costs and the wall clock, over the socket. */
@Timeout(120)
class ProviderRulesTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final VirtualTime time = VirtualTime.startingAt(Instant.parse("2026-03-07T23:59:58Z"));
  private final HttpClient client = HttpClient.newHttpClient();

  private RateLimitedProvider.Builder virtual() {
    return RateLimitedProvider.builder().time(time);
  }

  @Test
  void each_key_has_the_limit_for_itself_and_all_share_the_global_one() throws Exception {
    try (RateLimitedProvider provider =
        virtual()
            .limit(ProviderLimit.slidingWindow(5, SECOND))
            .limitPerKey(
                "/users",
                ProviderLimit.slidingWindow(2, SECOND),
                request -> request.header("X-Api-Key"))
            .start()) {
      URI users = provider.uri("/users/7");
      assertThat(status(users, "X-Api-Key", "acme")).isEqualTo(200);
      assertThat(status(users, "X-Api-Key", "acme")).isEqualTo(200);
      HttpResponse<String> third = get(users, "x-api-key", "acme");
      assertThat(third.statusCode()).isEqualTo(429);
      assertThat(third.headers().firstValue("RateLimit"))
          .hasValue("\"/\";r=3;t=1, \"/users\";r=0;t=1");

      assertThat(status(users, "X-Api-Key", "Acme")).isEqualTo(200);
      assertThat(status(provider.uri("/orders"), "X-Api-Key", "acme")).isEqualTo(200);
      HttpResponse<String> fifth = get(users, "X-Api-Key", "globex");
      assertThat(fifth.headers().firstValue("RateLimit"))
          .hasValue("\"/\";r=0;t=1, \"/users\";r=1;t=1");
      assertThat(status(users, "X-Api-Key", "initech")).isEqualTo(429);

      assertThat(provider.maxInAnyWindow("/users", SECOND)).isEqualTo(4);
      assertThat(
              provider.maxInAnyWindow(
                  request -> request.header("X-Api-Key").equals(Optional.of("acme")), SECOND))
          .isEqualTo(3);
      assertThat(
              provider.maxInAnyWindow(
                  request -> request.header("X-Api-Key").equals(Optional.of("initech")), SECOND))
          .isZero();
    }
  }

  @Test
  void requests_and_strangers_without_a_key_share_one_limit() throws Exception {
    try (RateLimitedProvider provider =
        virtual()
            .limitPerKey(
                "/", ProviderLimit.slidingWindow(100, MINUTE), request -> request.query("token"))
            .stranger(1, SECOND)
            .start()) {
      time.advance(Duration.ofSeconds(30));
      assertThat(remaining(get(provider.uri("/?token=acme")))).isEqualTo(99);
      assertThat(remaining(get(provider.uri("/"))))
          .isEqualTo(99 - (int) provider.strangerCalls())
          .isLessThan(90);
    }
  }

  @Test
  void a_request_costs_what_its_header_says_and_1_without() throws Exception {
    try (RateLimitedProvider provider =
        virtual()
            .limit("/chat", ProviderLimit.slidingWindow(3, MINUTE).countingCalls())
            .limit("/chat", ProviderLimit.tokenBucket(1_000, MINUTE))
            .cost(request -> request.header("X-Tokens"))
            .start()) {
      URI chat = provider.uri("/chat");
      HttpResponse<String> first = get(chat, "X-Tokens", "700");
      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(first.headers().firstValue("RateLimit"))
          .hasValue("\"/chat\";r=2;t=60, \"/chat#2\";r=300;t=42");
      HttpResponse<String> second = get(chat, "X-Tokens", "600");
      assertThat(second.statusCode()).isEqualTo(429);
      assertThat(second.headers().firstValue("Retry-After")).hasValue("18");
      assertThat(remaining(get(chat))).isOne();

      time.advance(Duration.ofSeconds(19));
      assertThat(status(chat, "X-Tokens", "600")).isEqualTo(200);
      assertThat(status(chat)).isEqualTo(429);
      assertThat(provider.log())
          .extracting(ProviderCall::cost)
          .containsExactly(700, 600, 1, 600, 1);
    }
  }

  @Test
  void a_request_costs_what_its_query_says() throws Exception {
    try (RateLimitedProvider provider =
        virtual()
            .limit(ProviderLimit.slidingWindow(10, MINUTE))
            .cost(request -> request.query("weight"))
            .start()) {
      assertThat(remaining(get(provider.uri("/depth?symbol=A%26B&weight=5")))).isEqualTo(5);
      assertThat(remaining(get(provider.uri("/depth?symbol=weight")))).isEqualTo(4);
    }
  }

  @Test
  void what_costs_more_than_the_limit_is_refused_and_not_told_to_come_back() throws Exception {
    try (RateLimitedProvider provider =
        virtual()
            .limit(ProviderLimit.slidingWindow(10, MINUTE))
            .cost(request -> request.header("X-Tokens"))
            .start()) {
      HttpResponse<String> refused = get(provider.uri("/"), "X-Tokens", "11");

      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().map()).doesNotContainKey("retry-after");
      assertThat(remaining(refused)).isEqualTo(10);
      assertThat(provider.refused()).isOne();
    }
  }

  @Test
  void a_cost_or_key_that_cannot_be_read_is_answered_400_and_counted_nowhere() throws Exception {
    try (RateLimitedProvider provider =
        virtual()
            .limit(ProviderLimit.slidingWindow(10, MINUTE).countingRefused())
            .limitPerKey(
                "/users",
                ProviderLimit.slidingWindow(10, MINUTE),
                request -> Optional.of(request.header("X-Api-Key").orElseThrow()))
            .cost(request -> request.header("X-Tokens"))
            .start()) {
      for (String cost : List.of("0", "-3", "1.5", "many", "2147483648")) {
        HttpResponse<String> response = get(provider.uri("/"), "X-Tokens", cost);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
            .isEqualTo(
                "the request has no readable cost or key: java.lang.IllegalArgumentException: cost"
                    + " must be a whole number of at least 1, but was '"
                    + cost
                    + "'.");
        assertThat(response.headers().map()).doesNotContainKeys("ratelimit", "retry-after");
      }
      assertThat(get(provider.uri("/users")).body())
          .isEqualTo(
              "the request has no readable cost or key: java.util.NoSuchElementException: No value"
                  + " present");

      assertThat(provider.count()).isZero();
      assertThat(provider.log())
          .hasSize(6)
          .allMatch(call -> call.status() == 400 && call.cost() == 0 && !call.accepted());
      assertThat(remaining(get(provider.uri("/")))).isEqualTo(9);
    }
  }

  @Test
  void fixed_windows_begin_by_the_wall_clock_of_the_provider() throws Exception {
    try (RateLimitedProvider provider =
        virtual().limit(ProviderLimit.fixedWindow(1, MINUTE, Duration.ZERO)).start()) {
      assertThat(status(provider.uri("/"))).isEqualTo(200);
      assertThat(get(provider.uri("/")).headers().firstValue("Retry-After")).hasValue("2");
      time.advance(Duration.ofSeconds(2));
      assertThat(status(provider.uri("/"))).isEqualTo(200);
    }
  }

  @Test
  void a_daily_quota_ends_at_midnight_there_and_follows_the_clock_when_it_jumps() throws Exception {
    try (RateLimitedProvider provider =
        virtual()
            .limit(ProviderLimit.calendarWindow(2, Period.ofDays(1), ZoneId.of("America/New_York")))
            .start()) {
      URI any = provider.uri("/");
      time.advance(Duration.ofHours(5));
      assertThat(List.of(status(any), status(any), status(any))).containsExactly(200, 200, 429);
      time.advance(Duration.ofSeconds(2));
      assertThat(List.of(status(any), status(any))).containsExactly(200, 200);
      HttpResponse<String> refused = get(any);
      assertThat(refused.headers().firstValue("RateLimit-Policy")).hasValue("\"/\";q=2;w=86400");
      // The eighth of March has 23 hours there.
      assertThat(refused.headers().firstValue("Retry-After")).hasValue("82800");

      time.jumpWallClock(Duration.ofHours(23));
      assertThat(status(any)).isEqualTo(200);
      time.jumpWallClock(Duration.ofHours(-23));
      assertThat(status(any)).isEqualTo(429);
    }
  }

  @Test
  void a_bucket_is_told_by_its_burst() throws Exception {
    try (RateLimitedProvider provider =
        virtual().limit(ProviderLimit.tokenBucket(2, SECOND, 40)).start()) {
      HttpResponse<String> response = get(provider.uri("/"));

      assertThat(response.headers().firstValue("RateLimit-Policy")).hasValue("\"/\";q=40;w=20");
      assertThat(response.headers().firstValue("RateLimit")).hasValue("\"/\";r=39;t=1");
      assertThat(response.headers().firstValue("X-RateLimit-Limit")).hasValue("40");
    }
  }

  @Test
  void query_parameters_are_decoded_and_the_first_one_counts() {
    ProviderRequest request =
        new ProviderRequest(
            "GET", URI.create("/a?x=1%262&y=a+b&x=3&flag&=none&k%20y=v&z="), Map.of());

    assertThat(request.query("x")).hasValue("1&2");
    assertThat(request.query("y")).hasValue("a b");
    assertThat(request.query("flag")).hasValue("");
    assertThat(request.query("z")).hasValue("");
    assertThat(request.query("k y")).hasValue("v");
    assertThat(request.query("missing")).isEmpty();
    assertThat(new ProviderRequest("GET", URI.create("/a"), Map.of()).query("x")).isEmpty();
  }

  private static int remaining(HttpResponse<String> response) {
    return Integer.parseInt(response.headers().firstValue("X-RateLimit-Remaining").orElseThrow());
  }

  private int status(URI uri, String... headers) throws IOException, InterruptedException {
    return get(uri, headers).statusCode();
  }

  private HttpResponse<String> get(URI uri, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
