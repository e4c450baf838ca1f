package dev.throttle.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RateLimitedProviderTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final VirtualTime time = new VirtualTime();
  private final HttpClient client = HttpClient.newHttpClient();

  private RateLimitedProvider.Builder virtual() {
    return RateLimitedProvider.builder().time(time);
  }

  @Test
  void without_limits_every_call_is_answered_200() throws Exception {
    try (RateLimitedProvider provider = RateLimitedProvider.builder().start()) {
      HttpResponse<String> response = get(provider.uri("/anything?page=2"));

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("{\"ok\":true}");
      assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
      assertThat(response.headers().map()).doesNotContainKeys("ratelimit", "x-ratelimit-limit");
      assertThat(provider.baseUrl()).isEqualTo(provider.uri().toString()).doesNotEndWith("/");
    }
  }

  @Test
  void beyond_the_limit_it_answers_429_and_every_dialect_says_when_to_come_back() throws Exception {
    try (RateLimitedProvider provider =
        virtual()
            .limit(ProviderLimit.slidingWindow(10, Duration.ofMinutes(1)))
            .limit("/users", ProviderLimit.slidingWindow(2, Duration.ofMillis(9_500)))
            .start()) {
      assertThat(headers(get(provider.uri("/users/1"))))
          .containsExactly(
              "200",
              "ratelimit-policy: \"/\";q=10;w=60, \"/users\";q=2;w=10",
              "ratelimit: \"/\";r=9;t=60, \"/users\";r=1;t=10",
              "x-ratelimit-limit: 2",
              "x-ratelimit-remaining: 1",
              "x-ratelimit-reset: 10");
      time.advance(Duration.ofSeconds(4));
      get(provider.uri("/users/2"));
      time.advance(SECOND);

      assertThat(headers(get(provider.uri("/users/3"))))
          .containsExactly(
              "429",
              "ratelimit-policy: \"/\";q=10;w=60, \"/users\";q=2;w=10",
              "ratelimit: \"/\";r=8;t=59, \"/users\";r=0;t=9",
              "x-ratelimit-limit: 2",
              "x-ratelimit-remaining: 0",
              "x-ratelimit-reset: 9",
              "retry-after: 5");
      assertThat(provider.refused()).isOne();
      assertThat(provider.count()).isEqualTo(3);

      time.advance(Duration.ofMillis(4_500));
      assertThat(get(provider.uri("/users/3")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void two_limits_of_one_path_have_two_names_and_retry_after_is_at_least_one_second()
      throws Exception {
    try (RateLimitedProvider provider =
        virtual()
            .limit("/users", ProviderLimit.tokenBucket(1, Duration.ofMillis(10)))
            .limit(
                "/users/", ProviderLimit.fixedWindow(5, Duration.ofHours(1), Duration.ofMinutes(5)))
            .start()) {
      get(provider.uri("/users"));
      HttpResponse<String> refused = get(provider.uri("/users"));

      assertThat(refused.headers().firstValue("RateLimit-Policy"))
          .hasValue("\"/users\";q=1;w=1, \"/users#2\";q=5;w=3600");
      assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    }
  }

  @Test
  void a_refused_call_counts_nowhere_unless_the_limit_says_so() throws Exception {
    try (RateLimitedProvider provider =
        virtual()
            .limit(ProviderLimit.slidingWindow(10, SECOND))
            .limit("/users", ProviderLimit.slidingWindow(1, SECOND))
            .limit("/strict", ProviderLimit.slidingWindow(1, SECOND).countingRefused())
            .start()) {
      assertThat(statuses(provider, "/users", "/users", "/users")).containsExactly(200, 429, 429);
      HttpResponse<String> other = get(provider.uri("/usersettings"));
      assertThat(other.headers().firstValue("X-RateLimit-Remaining")).hasValue("8");

      assertThat(statuses(provider, "/strict")).containsExactly(200);
      time.advance(Duration.ofMillis(600));
      assertThat(statuses(provider, "/strict")).containsExactly(429);
      time.advance(Duration.ofMillis(600));
      assertThat(statuses(provider, "/strict", "/users")).containsExactly(429, 200);
    }
  }

  @Test
  void jitter_delays_counting_and_answering_and_the_log_has_all_three_times() throws Exception {
    try (RateLimitedProvider provider =
        virtual()
            .limit(ProviderLimit.slidingWindow(1, SECOND))
            .jitterBefore(Duration.ofMillis(10), Duration.ofMillis(10))
            .jitterAfter(Duration.ofMillis(25), Duration.ofMillis(25))
            .start()) {
      time.advance(Duration.ofMillis(3));
      CompletableFuture<HttpResponse<String>> answer = getAsync(provider.uri("/users/1?x=y"));
      await().until(() -> time.pendingTimers() == 1);
      assertThat(provider.count()).isZero();

      time.advance(Duration.ofMillis(10));
      await().until(() -> provider.count() == 1 && time.pendingTimers() == 1);
      assertThat(answer).isNotDone();
      assertThat(provider.log()).isEmpty();

      time.advance(Duration.ofMillis(25));
      assertThat(answer.get().statusCode()).isEqualTo(200);
      assertThat(provider.log())
          .singleElement()
          .satisfies(
              call -> {
                assertThat(call.arrivedNanos()).isEqualTo(3_000_000);
                assertThat(call.countedNanos()).isEqualTo(13_000_000);
                assertThat(call.answeredNanos()).isEqualTo(38_000_000);
                assertThat(call.status()).isEqualTo(200);
                assertThat(call.accepted()).isTrue();
                assertThat(call.path()).isEqualTo("/users/1");
                assertThat(call.request().method()).isEqualTo("GET");
                assertThat(call.request().uri()).isEqualTo(URI.create("/users/1?x=y"));
                assertThat(call.request().header("x-test")).hasValue("yes");
                assertThat(call.request().header("missing")).isEmpty();
              });
    }
  }

  @Test
  void jitter_is_spread_over_its_whole_range() throws Exception {
    try (RateLimitedProvider provider =
        RateLimitedProvider.builder()
            .jitterBefore(Duration.ofMillis(5), Duration.ofMillis(60))
            .jitterAfter(Duration.ofMillis(1), Duration.ofMillis(2))
            .start()) {
      statusesOf(sendAll(provider, "/users", 200));

      assertThat(provider.log())
          .hasSize(200)
          .allSatisfy(
              call -> {
                assertThat(call.countedNanos() - call.arrivedNanos())
                    .isGreaterThanOrEqualTo(5_000_000);
                assertThat(call.answeredNanos() - call.countedNanos())
                    .isGreaterThanOrEqualTo(1_000_000);
              })
          .anyMatch(call -> call.countedNanos() - call.arrivedNanos() > 40_000_000)
          .anyMatch(call -> call.countedNanos() - call.arrivedNanos() < 30_000_000);
    }
  }

  @Test
  void five_hundred_calls_in_flight_hold_no_thread() throws Exception {
    try (RateLimitedProvider provider =
        virtual()
            .limit(ProviderLimit.slidingWindow(450, SECOND))
            .jitterAfter(Duration.ofMillis(100), Duration.ofMillis(300))
            .start()) {
      List<CompletableFuture<HttpResponse<String>>> answers = sendAll(provider, "/users", 500);
      await().until(() -> time.pendingTimers() == 500);

      assertThat(provider.inFlight()).isEqualTo(500);
      assertThat(providerThreads())
          .hasSizeLessThanOrEqualTo(8 + 2 * Runtime.getRuntime().availableProcessors())
          .allMatch(thread -> thread.getState() != Thread.State.TIMED_WAITING);
      assertThat(answers).noneMatch(CompletableFuture::isDone);

      time.advance(Duration.ofMillis(300));
      List<Integer> statuses = statusesOf(answers);
      assertThat(statuses).filteredOn(status -> status == 200).hasSize(450);
      assertThat(statuses).filteredOn(status -> status == 429).hasSize(50);
      assertThat(provider.log()).hasSize(500);
      assertThat(provider.maxInAnyWindow("/", SECOND)).isEqualTo(450);
      assertThat(provider.awaitQuiet(Duration.ofSeconds(30))).isTrue();
      assertThat(provider.inFlight()).isZero();
    }
  }

  @Test
  void in_real_time_the_log_replayed_gives_the_same_answers() throws Exception {
    Duration period = Duration.ofMillis(100);
    try (RateLimitedProvider provider =
        RateLimitedProvider.builder()
            .limit(ProviderLimit.slidingWindow(5, period))
            .limit("/users", ProviderLimit.tokenBucket(3, period))
            .jitterBefore(Duration.ZERO, Duration.ofMillis(400))
            .start()) {
      List<CompletableFuture<HttpResponse<String>>> answers = sendAll(provider, "/users/1", 200);
      answers.addAll(sendAll(provider, "/orders", 200));
      List<Integer> statuses = statusesOf(answers);

      List<ProviderCall> log = provider.log();
      ProviderCounter global = ProviderLimit.slidingWindow(5, period).newCounter();
      ProviderCounter users =
          ProviderCounter.allOf(global, ProviderLimit.tokenBucket(3, period).newCounter());
      List<Boolean> replayed =
          log.stream()
              .map(
                  call ->
                      (call.path().equals("/orders") ? global : users)
                          .count(call.countedNanos())
                          .accepted())
              .toList();
      assertThat(log).extracting(ProviderCall::accepted).isEqualTo(replayed);
      assertThat(provider.refused())
          .isPositive()
          .isEqualTo((int) statuses.stream().filter(status -> status == 429).count());
      assertThat(provider.count()).isEqualTo(400).isEqualTo(log.size());
      assertThat(provider.maxInAnyWindow("/", period)).isEqualTo(most(log, period)).isBetween(1, 5);
      assertThat(log)
          .allMatch(call -> call.arrivedNanos() <= call.countedNanos())
          .allMatch(call -> call.countedNanos() <= call.answeredNanos());
    }
  }

  private static int most(List<ProviderCall> log, Duration window) {
    List<Long> accepted =
        log.stream().filter(ProviderCall::accepted).map(ProviderCall::countedNanos).toList();
    return accepted.stream()
        .mapToInt(
            last ->
                (int)
                    accepted.stream()
                        .filter(call -> call > last - window.toNanos() && call <= last)
                        .count())
        .max()
        .orElse(0);
  }

  @Test
  void a_stranger_eats_its_share_and_is_the_same_in_each_run() throws Exception {
    List<Long> strangers = new ArrayList<>();
    for (long seed : new long[] {7, 7, 8}) {
      VirtualTime clock = new VirtualTime();
      try (RateLimitedProvider provider =
          RateLimitedProvider.builder()
              .time(clock)
              .seed(seed)
              .limit("/users", ProviderLimit.slidingWindow(100_000, Duration.ofMinutes(1)))
              .stranger("/users", 50, SECOND)
              .stranger(10, SECOND)
              .start()) {
        clock.advance(Duration.ofSeconds(59));
        strangers.add(provider.strangerCalls());
        HttpResponse<String> response = get(provider.uri("/users"));
        int remaining =
            Integer.parseInt(response.headers().firstValue("X-RateLimit-Remaining").orElseThrow());

        assertThat(99_999 - remaining).isBetween(2_800, 3_100);
        assertThat(provider.log()).hasSize(1);
        assertThat(provider.maxInAnyWindow("/", Duration.ofHours(1))).isOne();
      }
    }
    assertThat(strangers.get(0))
        .isBetween(3_400L, 3_700L)
        .isEqualTo(strangers.get(1))
        .isNotEqualTo(strangers.get(2));
  }

  @Test
  void answers_are_scripted_in_turn_and_by_the_longest_path() throws Exception {
    try (RateLimitedProvider provider =
        virtual()
            .limit("/flaky", ProviderLimit.slidingWindow(100, SECOND))
            .answer(
                "/flaky",
                ProviderAnswer.of(503, "busy").header("Retry-After", "2"),
                ProviderAnswer.of(200, "<<<not json").header("ratelimit", "garbage"),
                ProviderAnswer.of(204, ""))
            .answer(
                "/flaky/echo",
                request ->
                    ProviderAnswer.of(201, request.method() + " " + request.uri().getQuery()))
            .answer(
                "/broken",
                request -> {
                  throw new IllegalStateException("oops");
                })
            .start()) {
      HttpResponse<String> first = get(provider.uri("/flaky"));
      assertThat(first.statusCode()).isEqualTo(503);
      assertThat(first.headers().allValues("Retry-After")).containsExactly("2");
      HttpResponse<String> second = get(provider.uri("/flaky"));
      assertThat(second.body()).isEqualTo("<<<not json");
      assertThat(second.headers().allValues("RateLimit")).containsExactly("garbage");
      assertThat(statuses(provider, "/flaky", "/flaky")).containsExactly(204, 204);
      assertThat(get(provider.uri("/flaky/echo/1?a=b")).body()).isEqualTo("GET a=b");
      HttpResponse<String> broken = get(provider.uri("/broken"));
      assertThat(broken.statusCode()).isEqualTo(500);
      assertThat(broken.body())
          .isEqualTo("the scripted answer threw java.lang.IllegalStateException: oops");
      assertThat(provider.refused()).isZero();
    }
  }

  @Test
  void a_hang_up_and_a_truncated_answer_are_errors_of_the_connection_and_are_logged()
      throws Exception {
    try (RateLimitedProvider provider =
        virtual()
            .answer("/gone", ProviderAnswer.hangUp())
            .answer("/half", ProviderAnswer.of(200, "{\"name\":").truncated())
            .start()) {
      assertThatThrownBy(() -> get(provider.uri("/gone"))).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> get(provider.uri("/half"))).isInstanceOf(IOException.class);
      assertThat(get(provider.uri("/whole")).statusCode()).isEqualTo(200);

      assertThat(provider.log())
          .extracting(ProviderCall::status)
          .contains(0, 200)
          .hasSizeGreaterThanOrEqualTo(3);
      assertThat(provider.awaitQuiet(Duration.ofSeconds(30))).isTrue();
    }
  }

  @Test
  void a_slow_answer_comes_when_its_time_has_come() throws Exception {
    try (RateLimitedProvider provider =
        virtual()
            .answer("/slow", ProviderAnswer.of(200, "late").after(Duration.ofMinutes(5)))
            .start()) {
      CompletableFuture<HttpResponse<String>> answer = getAsync(provider.uri("/slow"));
      await().until(() -> time.pendingTimers() == 1);
      time.advance(Duration.ofSeconds(299));
      assertThat(provider.awaitQuiet(Duration.ofMillis(1))).isFalse();
      assertThat(answer).isNotDone();

      time.advance(SECOND);

      assertThat(answer.get().body()).isEqualTo("late");
    }
  }

  @Test
  void bodies_and_other_methods_leave_the_connection_usable() throws Exception {
    try (RateLimitedProvider provider = RateLimitedProvider.builder().start()) {
      for (int i = 0; i < 5; i++) {
        HttpRequest post =
            HttpRequest.newBuilder(provider.uri("/upload"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[1_000_000]))
                .build();
        assertThat(client.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        HttpRequest head =
            HttpRequest.newBuilder(provider.uri("/"))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(client.send(head, BodyHandlers.ofString()).body()).isEmpty();
      }
      assertThat(provider.log()).hasSize(10);
    }
  }

  @Test
  void an_answer_does_not_wait_for_an_acknowledgement() throws Exception {
    try (RateLimitedProvider provider = RateLimitedProvider.builder().start()) {
      long[] nanos = new long[80];
      for (int i = 0; i < nanos.length; i++) {
        long begin = System.nanoTime();
        get(provider.uri("/users"));
        nanos[i] = System.nanoTime() - begin;
      }
      Arrays.sort(nanos);
      // A quarter, so that a busy machine does not fail it; an acknowledgement takes 40 ms.
      assertThat(Duration.ofNanos(nanos[nanos.length / 4])).isLessThan(Duration.ofMillis(30));
    }
  }

  @Test
  void limits_can_be_kept_secret() throws Exception {
    try (RateLimitedProvider provider =
        virtual().limit(ProviderLimit.slidingWindow(1, SECOND)).withoutLimitHeaders().start()) {
      assertThat(headers(get(provider.uri("/")))).containsExactly("200");
      assertThat(headers(get(provider.uri("/")))).containsExactly("429");
    }
  }

  @Test
  void closed_it_drops_what_is_in_flight_and_leaves_no_thread() throws Exception {
    RateLimitedProvider provider =
        RateLimitedProvider.builder().jitterAfter(Duration.ofHours(1), Duration.ofHours(1)).start();
    CompletableFuture<HttpResponse<String>> answer = getAsync(provider.uri("/"));
    await().until(() -> provider.count() == 1);
    assertThat(providerThreads()).isNotEmpty();

    provider.close();
    provider.close();

    assertThat(answer).failsWithin(Duration.ofSeconds(30));
    assertThatThrownBy(() -> get(provider.uri("/"))).isInstanceOf(IOException.class);
    await().untilAsserted(() -> assertThat(providerThreads()).isEmpty());
  }

  @Test
  void a_provider_whose_time_is_closed_hangs_up() throws Exception {
    AcceleratedTime closed = new AcceleratedTime(10);
    closed.close();
    try (RateLimitedProvider provider =
        RateLimitedProvider.builder().time(closed).jitterBefore(SECOND, SECOND).start()) {
      assertThatThrownBy(() -> get(provider.uri("/"))).isInstanceOf(IOException.class);
      assertThat(provider.awaitQuiet(Duration.ofSeconds(30))).isTrue();
    }
  }

  @Test
  void accelerated_minutes_pass_in_milliseconds() throws Exception {
    try (AcceleratedTime fast = new AcceleratedTime(6_000);
        RateLimitedProvider provider =
            RateLimitedProvider.builder()
                .time(fast)
                .limit(ProviderLimit.slidingWindow(1, Duration.ofMinutes(10)))
                .start()) {
      assertThat(get(provider.uri("/")).statusCode()).isEqualTo(200);

      await().until(() -> get(provider.uri("/")).statusCode() == 200);

      List<ProviderCall> accepted = provider.log().stream().filter(ProviderCall::accepted).toList();
      assertThat(accepted.get(1).countedNanos() - accepted.get(0).countedNanos())
          .isGreaterThanOrEqualTo(Duration.ofMinutes(10).toNanos());
    }
  }

  @Test
  void what_a_provider_cannot_do_is_refused_with_its_value() {
    RateLimitedProvider.Builder builder = RateLimitedProvider.builder();
    assertBad(
        () -> builder.limit("users", ProviderLimit.slidingWindow(1, SECOND)),
        "path must begin with '/' and be of printable ASCII without quotes, backslash, '?' or '#',"
            + " but was 'users'. Write it such as '/users'.");
    assertBad(
        () -> builder.jitterBefore(SECOND, Duration.ZERO),
        "jitter must go from at least PT0S up to at most PT24H, but was PT1S to PT0S.");
    assertBad(
        () -> builder.stranger(0, SECOND),
        "a stranger must make at least 1 call per period and at most 1 per microsecond, but was 0"
            + " per PT1S.");
    assertBad(
        () -> builder.answer("/users"), "answer '/users' needs at least one answer, but had none.");
    assertBad(() -> ProviderAnswer.of(100, ""), "status must be from 200 to 599, but was 100.");
    assertBad(
        () -> ProviderAnswer.of(200, "").after(Duration.ofNanos(-1)),
        "delay must be at least PT0S, but was PT-0.000000001S.");
    builder.answer("/users", ProviderAnswer.hangUp());
    assertThatThrownBy(() -> builder.answer("/users/", ProviderAnswer.hangUp()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the answer of '/users' is set already. Set it once, or compute it.");
    assertThatThrownBy(() -> ProviderAnswer.hangUp().truncated())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "a hang-up has no body to truncate. Begin with ProviderAnswer.of(status, body).");
    builder.start().close();
    assertThatThrownBy(builder::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this builder has started a provider already. Make a builder for each.");
  }

  private static void assertBad(Runnable call, String message) {
    assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  private static HttpRequest request(URI uri) {
    return HttpRequest.newBuilder(uri).header("X-Test", "yes").build();
  }

  private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    return client.send(request(uri), BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> getAsync(URI uri) {
    return client.sendAsync(request(uri), BodyHandlers.ofString());
  }

  private List<CompletableFuture<HttpResponse<String>>> sendAll(
      RateLimitedProvider provider, String path, int calls) {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      answers.add(getAsync(provider.uri(path)));
    }
    return answers;
  }

  private static List<Integer> statusesOf(List<CompletableFuture<HttpResponse<String>>> answers)
      throws Exception {
    List<Integer> statuses = new ArrayList<>();
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      statuses.add(answer.get(60, TimeUnit.SECONDS).statusCode());
    }
    return statuses;
  }

  private List<Integer> statuses(RateLimitedProvider provider, String... paths) throws Exception {
    List<Integer> statuses = new ArrayList<>();
    for (String path : paths) {
      statuses.add(get(provider.uri(path)).statusCode());
    }
    return statuses;
  }

  /** The status and what the provider told of its limits, each only once. */
  private static List<String> headers(HttpResponse<String> response) {
    Stream<String> limits =
        Stream.of(
                "ratelimit-policy",
                "ratelimit",
                "x-ratelimit-limit",
                "x-ratelimit-remaining",
                "x-ratelimit-reset",
                "retry-after")
            .filter(response.headers().map()::containsKey)
            .map(name -> name + ": " + String.join(" AND ", response.headers().allValues(name)));
    return Stream.concat(Stream.of(Integer.toString(response.statusCode())), limits).toList();
  }

  private static List<Thread> providerThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(
            thread ->
                thread.getName().startsWith("throttle-provider-")
                    || thread.getName().equals("HTTP-Dispatcher"))
        .toList();
  }
}
