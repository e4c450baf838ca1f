package dev.throttle.clients.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.ThrottledException;
import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.ProviderCall;
import dev.throttle.test.ProviderRequest;
import dev.throttle.test.RateLimitedProvider;
import dev.throttle.test.VirtualTime;
import dev.throttle.test.contract.HookedClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each redirect is a request that waits for its own turn. */
class HttpRedirectTest {

  private static final Duration TWO_SECONDS = Duration.ofSeconds(2);

  private final VirtualTime time = new VirtualTime();
  private final Buckets buckets = Buckets.builder().timeSource(time).build();
  private final Bucket all = buckets.define("all", Limit.of(9, Duration.ofSeconds(1)));
  private final Bucket end = buckets.define("end", Limit.of(1, Duration.ofSeconds(1)));
  private final ConcurrentLinkedQueue<ProviderRequest> received = new ConcurrentLinkedQueue<>();
  private RateLimitedProvider provider;
  private RateLimitedProvider elsewhere;
  private ThrottledHttpClient client;

  @BeforeEach
  void start() {
    elsewhere = RateLimitedProvider.builder().answer("/", this::answer).start();
    provider = RateLimitedProvider.builder().answer("/", this::answer).start();
    UriRules rules = UriRules.of(buckets).when("*:*/**").pass("all").when("*:*/end").pass("end");
    client =
        ThrottledHttpClient.of(HttpClient.newHttpClient(), rules)
            .followingRedirects(Redirect.NORMAL);
  }

  @AfterEach
  void stop() {
    buckets.close();
    provider.close();
    elsewhere.close();
  }

  private ProviderAnswer answer(ProviderRequest request) {
    received.add(request);
    return switch (request.path()) {
      case "/end" -> ProviderAnswer.of(200, "at the end");
      case "/loop" -> redirect(302, "/loop");
      case "/relative" -> redirect(302, "end?x=1");
      case "/elsewhere" -> redirect(307, elsewhere.uri("/end").toString());
      case "/nowhere" -> ProviderAnswer.of(302, "no location");
      case "/no-uri" -> redirect(302, "::no uri");
      case "/ftp" -> redirect(302, "ftp://foo.com/end");
      default -> redirect(Integer.parseInt(request.path().substring(1)), "/end");
    };
  }

  private static ProviderAnswer redirect(int status, String location) {
    return ProviderAnswer.of(status, "moved").header("Location", location);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(provider.uri(path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void a_redirect_takes_a_permit_of_its_own_by_its_own_uri() throws Exception {
    HttpResponse<String> response = send(request("/302"));
    assertThat(response.body()).isEqualTo("at the end");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.uri().getPath()).isEqualTo("/end");
    assertThat(response.request().uri().getPath()).isEqualTo("/end");
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    assertThat(response.sslSession()).isEmpty();
    HttpResponse<String> previous = response.previousResponse().orElseThrow();
    assertThat(previous.statusCode()).isEqualTo(302);
    assertThat(previous.body()).isNull();
    assertThat(previous.previousResponse()).isEmpty();
    assertThat(all.inUse()).isEqualTo(2);
    assertThat(end.inUse()).isEqualTo(1);
    assertThat(provider.count()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_redirect_waits_for_its_turn(boolean async) throws Exception {
    send(request("/end"));
    CompletableFuture<?> call =
        async
            ? client.sendAsync(request("/302").build(), BodyHandlers.ofString())
            : HookedClient.onThread(() -> send(request("/302")));
    await().until(() -> end.waiting() == 1);
    assertThat(provider.count()).isEqualTo(2);
    assertThat(all.inUse()).isEqualTo(2);
    time.advance(TWO_SECONDS);
    await().until(call::isDone);
    assertThat(((HttpResponse<?>) call.join()).body()).isEqualTo("at the end");
    assertThat(provider.count()).isEqualTo(3);
  }

  @Test
  void cancelling_a_call_whose_redirect_waits_sends_no_more() throws Exception {
    send(request("/end"));
    CompletableFuture<HttpResponse<String>> call =
        client.sendAsync(request("/302").build(), BodyHandlers.ofString());
    await().until(() -> end.waiting() == 1);
    call.thenApply(HttpResponse::body).cancel(true);
    await().until(() -> end.waiting() == 0);
    time.advance(TWO_SECONDS);
    assertThat(all.inUse()).isZero();
    assertThat(provider.count()).isEqualTo(2);
  }

  @Test
  void a_redirect_that_is_refused_fails_the_call() throws Exception {
    buckets.define("busy", Limit.of(1, Duration.ofSeconds(1)));
    UriRules rules = UriRules.of(buckets).when("*:*/end").maxWait(Duration.ZERO).pass("busy");
    client =
        ThrottledHttpClient.of(HttpClient.newHttpClient(), rules)
            .followingRedirects(Redirect.ALWAYS);
    send(request("/end"));
    assertThatThrownBy(() -> send(request("/302"))).isInstanceOf(ThrottledException.class);
    CompletableFuture<?> call = client.sendAsync(request("/302").build(), BodyHandlers.ofString());
    await().until(call::isDone);
    assertThatThrownBy(call::get).hasCauseInstanceOf(ThrottledException.class);
    assertThat(provider.count()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "301, GET, GET",
    "301, POST, GET",
    "301, PUT, PUT",
    "302, POST, GET",
    "302, HEAD, HEAD",
    "303, POST, GET",
    "303, PUT, GET",
    "303, HEAD, HEAD",
    "307, POST, POST",
    "308, POST, POST",
    "308, DELETE, DELETE",
  })
  void the_method_of_a_redirect_is_that_of_rfc_9110(int status, String method, String then)
      throws Exception {
    send(
        request("/" + status)
            .header("Content-Type", "text/plain")
            .header("X-Own", "kept")
            .method(method, BodyPublishers.ofString(method.equals("POST") ? "text" : "")));
    ProviderRequest last = List.copyOf(received).get(1);
    assertThat(last.method()).isEqualTo(then);
    assertThat(last.header("X-Own")).hasValue("kept");
    assertThat(last.header("Content-Type").isPresent()).isEqualTo(then.equals(method));
    assertThat(last.header("Content-Length").orElse("0"))
        .isEqualTo(then.equals("POST") ? "4" : "0");
  }

  @Test
  void who_asks_is_told_to_the_same_server_only() throws Exception {
    send(request("/307").header("Authorization", "secret").header("Cookie", "a=b"));
    assertThat(List.copyOf(received).get(1).header("Authorization")).hasValue("secret");
    received.clear();
    time.advance(TWO_SECONDS);
    send(request("/elsewhere").header("Authorization", "secret").header("Cookie", "a=b"));
    ProviderRequest there = List.copyOf(received).get(1);
    assertThat(there.header("Authorization")).isEmpty();
    assertThat(there.header("Cookie")).isEmpty();
    assertThat(elsewhere.count()).isEqualTo(1);
  }

  @Test
  void a_location_may_be_relative() throws Exception {
    assertThat(send(request("/relative")).uri()).isEqualTo(provider.uri("/end?x=1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nowhere", "/no-uri", "/ftp", "/300", "/304"})
  void what_cannot_be_followed_is_the_response(String path) throws Exception {
    HttpResponse<String> response = send(request(path));
    assertThat(response.statusCode()).isBetween(300, 304);
    assertThat(response.previousResponse()).isEmpty();
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void five_redirects_are_followed_and_no_more() throws Exception {
    HttpResponse<String> response = send(request("/loop"));
    assertThat(response.statusCode()).isEqualTo(302);
    assertThat(response.body()).isEqualTo("moved");
    assertThat(provider.log().stream().map(ProviderCall::status)).hasSize(6);
    assertThat(all.inUse()).isEqualTo(6);
  }

  @Test
  void never_follows_none() throws Exception {
    client = client.followingRedirects(Redirect.NEVER);
    HttpResponse<String> response = send(request("/302"));
    assertThat(response.statusCode()).isEqualTo(302);
    assertThat(response.body()).isEqualTo("moved");
    assertThat(all.inUse()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "NORMAL, http, https, true",
    "NORMAL, https, https, true",
    "NORMAL, http, http, true",
    "NORMAL, https, http, false",
    "ALWAYS, https, http, true",
    "NEVER, https, https, false",
  })
  void a_policy_says_what_is_followed(Redirect policy, String from, String to, boolean follows) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(from + "://foo.com/a")).build();
    HttpRequest next =
        new Redirects(policy).next(request, new Headers(302, to + "://foo.com/b"), 0);
    assertThat(next != null).isEqualTo(follows);
  }

  @ParameterizedTest
  @EnumSource(
      value = Redirect.class,
      names = {"NORMAL", "ALWAYS"})
  void a_client_that_would_follow_by_itself_is_refused(Redirect policy) {
    HttpClient following = HttpClient.newBuilder().followRedirects(policy).build();
    assertThatThrownBy(() -> ThrottledHttpClient.of(following, UriRules.of(buckets)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the client follows redirects (followRedirects("
                + policy
                + ")) and would take no permits for them. Build it with followRedirects(NEVER), and"
                + " say ThrottledHttpClient.of(client, rules).followingRedirects("
                + policy
                + ").");
  }

  @Test
  void a_throttled_client_that_follows_may_be_throttled_again() throws Exception {
    client =
        ThrottledHttpClient.of(
            client, UriRules.of(buckets).when("*:*/**").pass("all").when("*:*/end").pass("end"));
    assertThat(send(request("/302")).body()).isEqualTo("at the end");
    assertThat(all.inUse()).isEqualTo(2);
    assertThat(end.inUse()).isEqualTo(1);
  }

  private record Headers(int statusCode, String location) implements HttpResponse.ResponseInfo {

    @Override
    public java.net.http.HttpHeaders headers() {
      return java.net.http.HttpHeaders.of(
          java.util.Map.of("location", List.of(location)), (name, value) -> true);
    }

    @Override
    public HttpClient.Version version() {
      return HttpClient.Version.HTTP_1_1;
    }
  }
}
