package dev.throttle.remote.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LedgerSnapshot;
import dev.throttle.remote.lease.SharedLimit;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpLeaseStoreTest {

  private static final String SECRET = "s3cret-of-a-client";
  private static final LeaseRequest REQUEST =
      new LeaseRequest("one", 1, "", List.of(), false, false);

  private static HttpLeaseStore.Builder to(Stub server) {
    return HttpLeaseStore.at(server.uri()).client("orders", SECRET).timeout(Duration.ofSeconds(30));
  }

  private static Throwable failureOf(Stub server, Duration timeout) {
    try (HttpLeaseStore store = to(server).timeout(timeout).build()) {
      store.renew(REQUEST).toCompletableFuture().get(60, TimeUnit.SECONDS);
      throw new AssertionError("it was answered");
    } catch (Exception e) {
      return e.getCause();
    }
  }

  private static HttpLeaseException answered(int status, String body, Map<String, String> headers) {
    try (Stub server = Stub.answering(status, body, headers)) {
      Throwable failure = failureOf(server, Duration.ofSeconds(30));
      assertThat(failure)
          .isInstanceOf(HttpLeaseException.class)
          .hasMessageContaining(server.uri().toString())
          .hasMessageContaining("Fix: ")
          .hasNoCause();
      return (HttpLeaseException) failure;
    }
  }

  @Test
  void each_refusal_is_told_apart_and_says_what_to_do() {
    assertThat(answered(401, "", Map.of("WWW-Authenticate", "Basic")))
        .hasMessageContaining("refused (401): Fix: give id and secret of a client")
        .returns(401, HttpLeaseException::status);
    assertThat(answered(403, "{\"detail\": \"no such role.\"}", Map.of()))
        .hasMessageContaining("refused (403): no such role. Fix: give the client the role");
    HttpLeaseException often = answered(429, "", Map.of("Retry-After", "7"));
    assertThat(often).hasMessageContaining("(429)").hasMessageContaining("again in PT7S");
    assertThat(often.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    assertThat(answered(503, "<html>proxy</html>", Map.of("Retry-After", "soon")))
        .hasMessageContaining("(503): Fix: look into the log of the server")
        .returns(Duration.ZERO, HttpLeaseException::retryAfter);
    assertThat(answered(407, "", Map.of("Proxy-Authenticate", "Basic")))
        .hasMessageContaining("give this JVM's proxy what it wants");
    assertThat(answered(413, "", Map.of())).hasMessageContaining("share fewer limits");
    assertThat(answered(404, "", Map.of())).hasMessageContaining("URI is that of a server");
    assertThat(answered(302, "", Map.of("Location", "http://127.0.0.1:1/")))
        .hasMessageContaining("redirects are not followed");
  }

  @Test
  void who_is_told_to_come_back_later_does_so_and_asks_nothing_before() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    AtomicBoolean refuses = new AtomicBoolean(true);
    String answer = "{\"epoch\": \"e\", \"length\": \"PT1S\", \"instances\": 1, \"leases\": []}";
    try (Stub server =
            Stub.with(
                exchange -> {
                  asked.incrementAndGet();
                  exchange.getResponseHeaders().set("Retry-After", "1");
                  Stub.reply(exchange, refuses.get() ? 429 : 200, answer);
                });
        HttpLeaseStore store = to(server).build()) {
      assertThatThrownBy(() -> store.renew(REQUEST).toCompletableFuture().get(60, TimeUnit.SECONDS))
          .hasMessageContaining("refused (429)");
      assertThatThrownBy(() -> store.renew(REQUEST).toCompletableFuture().get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(HttpLeaseException.class)
          .hasMessageContaining("is not asked before PT");
      assertThat(asked).hasValue(1);
      refuses.set(false);
      LeaseRequest leaving = new LeaseRequest("one", 2, "", List.of(), false, true);
      store.renew(leaving).toCompletableFuture().get(60, TimeUnit.SECONDS);
      assertThat(asked).as("the last word is said all the same").hasValue(2);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !store.renew(REQUEST).toCompletableFuture().isCompletedExceptionally());
      await().atMost(Duration.ofSeconds(60)).until(() -> asked.get() > 2);
    }
  }

  @Test
  void nobody_is_kept_away_for_long_by_what_a_proxy_may_have_said() {
    Pause pause = new Pause();
    assertThat(pause.left()).isZero();
    pause.begin(Duration.ZERO);
    assertThat(pause.left()).isZero();
    pause.begin(Duration.ofDays(7));
    assertThat(pause.left()).isBetween(Duration.ofNanos(1), Duration.ofMillis(10_500));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "<html>",
        "{\"epoch\": \"e\"}",
        "{\"epoch\": \"e\", \"length\": \"PT1S\", \"instances\": null, \"leases\": []}",
        "{\"epoch\": \"e\", \"length\": \"-PT1S\", \"instances\": 1, \"leases\": []}",
        "{\"epoch\": \"\", \"length\": \"PT1S\", \"instances\": 1, \"leases\": []}",
        "{\"epoch\": \"e\", \"length\": \"PT1S\", \"instances\": 1, \"leases\": [null]}",
        "{\"epoch\": \"e\", \"length\": \"PT1S\", \"instances\": 1.9, \"leases\": []}",
        "{\"epoch\": \"e\", \"length\": \"PT1S\", \"instances\": \"1\", \"leases\": []}"
      })
  void an_answer_that_makes_no_sense_is_no_lease(String body) {
    assertThat(answered(200, body, Map.of()))
        .hasMessageContaining("answered what cannot be understood")
        .returns(0, HttpLeaseException::status)
        .message()
        .doesNotContain("dev.throttle");
  }

  @Test
  void what_somebody_else_answers_in_the_place_of_the_server_is_no_success() {
    try (Stub portal = Stub.answering(200, "<html>please log in</html>", Map.of());
        HttpLeaseStore store = to(portal).build()) {
      for (CompletionStage<Void> asked :
          List.of(
              store.pause("api", Duration.ofSeconds(1)),
              store.pause("api", Duration.ZERO),
              store.change("api", new SharedLimit(1, Duration.ZERO)))) {
        assertThatThrownBy(() -> asked.toCompletableFuture().get(60, TimeUnit.SECONDS))
            .hasCauseInstanceOf(HttpLeaseException.class)
            .hasMessageContaining("200 where 204 says that it is done");
      }
    }
  }

  @Test
  void fields_of_a_newer_server_are_left_alone() throws Exception {
    String answer =
        "{\"epoch\": \"e\", \"length\": \"PT1S\", \"instances\": 1, \"leases\": [], \"new\": {}}";
    try (Stub server = Stub.answering(200, answer, Map.of());
        HttpLeaseStore store = to(server).build()) {
      assertThat(store.renew(REQUEST).toCompletableFuture().get(60, TimeUnit.SECONDS).length())
          .isEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void an_answer_that_is_too_long_is_not_read() {
    try (Stub server =
        Stub.with(
            exchange -> {
              try (exchange) {
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(200, 0);
                byte[] part = new byte[1 << 20];
                for (int i = 0; i < 100; i++) {
                  exchange.getResponseBody().write(part);
                }
              }
            })) {
      assertThat(failureOf(server, Duration.ofSeconds(30)))
          .isInstanceOf(HttpLeaseException.class)
          .hasMessageContaining("longer than 8388608 bytes");
    }
  }

  @Test
  void who_does_not_answer_or_not_to_the_end_is_given_up() {
    CountDownLatch end = new CountDownLatch(1);
    for (boolean begins : new boolean[] {false, true}) {
      try (Stub server =
          Stub.with(
              exchange -> {
                if (begins) {
                  exchange.sendResponseHeaders(200, 10);
                  exchange.getResponseBody().write('{');
                  exchange.getResponseBody().flush();
                }
                awaitUninterruptibly(end);
              })) {
        assertThat(failureOf(server, Duration.ofMillis(300)))
            .isInstanceOf(HttpLeaseException.class)
            .hasMessageContaining("did not answer within PT0.3S")
            .hasMessageContaining("timeout()");
      }
    }
    end.countDown();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void a_server_that_is_not_there_is_told_so() {
    Stub server = Stub.lending();
    server.close();
    assertThat(failureOf(server, Duration.ofSeconds(30)))
        .isInstanceOf(HttpLeaseException.class)
        .hasMessageContaining("cannot be reached")
        .hasMessageContaining("Leases go on until they end");
  }

  @Test
  void what_the_ledger_says_is_senseless_is_an_illegal_argument() {
    for (String type : List.of(V1.STALE_REQUEST, V1.UNKNOWN_LIMIT, V1.BAD_REQUEST)) {
      String problem = "{\"type\": \"" + type + "\", \"detail\": \"it is so.\"}";
      try (Stub server = Stub.answering(409, problem, Map.of())) {
        assertThat(failureOf(server, Duration.ofSeconds(30)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("it is so.");
      }
    }
  }

  @Test
  void no_failure_repeats_the_secret_as_whatever_it_was_sent() {
    String header =
        Base64.getEncoder().encodeToString(("orders:" + SECRET).getBytes(StandardCharsets.UTF_8));
    for (String echo :
        List.of(
            "you said " + SECRET,
            "you said Basic " + header,
            "x".repeat(490) + SECRET,
            SECRET.substring(0, 9) + "\\u0001" + SECRET.substring(9))) {
      for (String type : List.of("about:blank", V1.BAD_REQUEST)) {
        String problem = "{\"type\": \"" + type + "\", \"detail\": \"" + echo + "\"}";
        try (Stub server = Stub.answering(400, problem, Map.of())) {
          assertThat(failureOf(server, Duration.ofSeconds(30)))
              .hasMessageContaining("(it repeats the secret)")
              .message()
              .doesNotContain(SECRET.substring(0, 6), header.substring(0, 6));
        }
      }
    }
    assertThat(answered(200, header, Map.of()))
        .hasMessageContaining("no such JSON, as is seen at line 1, column")
        .message()
        .doesNotContain(header.substring(0, 6));
  }

  @Test
  void no_failure_forges_a_line_of_a_log() {
    assertThat(answered(403, "{\"detail\": \"a\\nINFO all is well\"}", Map.of()).getMessage())
        .doesNotContain("\n")
        .contains("a?INFO");
  }

  @Test
  void what_is_asked_after_close_is_refused_and_what_was_before_is_answered() throws Exception {
    try (Stub server = Stub.lending()) {
      HttpLeaseStore store = to(server).build();
      CompletableFuture<?> before = store.renew(REQUEST).toCompletableFuture();
      store.close();
      assertThatCode(() -> before.get(60, TimeUnit.SECONDS)).doesNotThrowAnyException();
      assertThatThrownBy(() -> store.renew(REQUEST).toCompletableFuture().join())
          .isInstanceOf(CompletionException.class)
          .hasMessageContaining("this store is closed.");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://x",
        "https://orders:secret@x",
        "https://x/?a",
        "https://x/#a",
        "x",
        "https:///v1"
      })
  void a_uri_that_is_none_of_a_server_is_refused_without_being_shown(String uri) {
    assertThatThrownBy(() -> HttpLeaseStore.at(URI.create(uri)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be https://HOST:PORT")
        .hasMessageNotContaining("secret@");
  }

  @Test
  void a_secret_goes_to_another_machine_only_by_tls() {
    for (String other : List.of("http://throttle.example.com", "http://10.0.0.1:8080")) {
      HttpLeaseStore.Builder builder = HttpLeaseStore.at(URI.create(other)).client("a", "b");
      assertThatThrownBy(builder::build)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              other
                  + " would send the secret for all to read. Fix: use https, or say"
                  + " allowPlainHttp() where the network encrypts by itself.");
      builder.allowPlainHttp().build().close();
    }
    for (String own : List.of("http://localhost:1", "http://127.0.0.1", "http://[::1]:1/x/")) {
      HttpLeaseStore.at(URI.create(own)).client("a", "b").build().close();
    }
    HttpLeaseStore.at(URI.create("https://throttle.example.com")).client("a", "b").build().close();
  }

  @Test
  void a_store_without_a_client_is_refused() {
    HttpLeaseStore.Builder builder = HttpLeaseStore.at(URI.create("https://x"));
    assertThatThrownBy(builder::build).hasMessageContaining("no client is given. Fix: ");
    assertThatThrownBy(() -> builder.client("a:b", "c")).hasMessageContaining("colon");
    assertThatThrownBy(() -> builder.client("a", " ")).hasMessageContaining("blank");
    assertThatThrownBy(() -> builder.timeout(Duration.ZERO)).hasMessageContaining("PT0S");
  }

  @Test
  void a_snapshot_names_the_instances_of_others_by_their_client() throws Exception {
    String ledger =
        """
        {"namespace": "n", "epoch": "e", "limits": [
          {"name": "api", "limit": {"permits": 3, "rest": "PT0.000000001S"}, "pausedFor": "PT0S", "learnsFor": "PT0S",
           "shares": [
             {"client": "orders", "instance": "one", "held": 1, "leaseEndsIn": "PT1S",
              "use": {"inUse": 1, "waiting": 0, "wanted": 1, "dearest": 1}},
             {"client": "stock", "instance": "one", "held": 0, "leaseEndsIn": "PT0S",
              "use": {"inUse": 0, "waiting": 0, "wanted": 0, "dearest": 0}}]}]}
        """;
    try (Stub server = Stub.answering(200, ledger, Map.of());
        HttpLeaseStore store = to(server).build()) {
      LedgerSnapshot.OfLimit limit =
          store.snapshot().toCompletableFuture().get(60, TimeUnit.SECONDS).limits().get(0);
      assertThat(limit.limit()).isEqualTo(new SharedLimit(3, Duration.ofNanos(1)));
      assertThat(limit.shares())
          .extracting(LedgerSnapshot.Share::instance)
          .containsExactly("one", "stock/one");
    }
  }
}
