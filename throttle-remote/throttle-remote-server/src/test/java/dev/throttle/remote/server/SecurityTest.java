package dev.throttle.remote.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.KeyedBuckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttling;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What those try who should not. */
class SecurityTest {

  private static HttpRequest.Builder ledger() {
    return Api.request(RunningServer.shared().uri(), "/v1/ledger").GET();
  }

  private static Api.Reply ledgerAs(String authorization) {
    return Api.send(ledger().header("Authorization", authorization).build());
  }

  @Test
  void without_the_secret_nobody_gets_in_and_nobody_learns_who_is_known() {
    Api.Reply wrong = ledgerAs(Api.basic("ops", "wrong"));
    Api.Reply unknown = ledgerAs(Api.basic("nobody", "wrong"));
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Basic");
    assertThat(unknown.body()).isEqualTo(wrong.body());
    for (String no :
        List.of(
            "Basic",
            "Basic !!!",
            "Basic b3Bz",
            "Bearer x",
            Api.basic("", ""),
            Api.basic("ops", RunningServer.SECRET + "orders"))) {
      assertThat(ledgerAs(no).status()).as(no).isEqualTo(401);
    }
    assertThat(Api.send(ledger().build()).status()).isEqualTo(401);
  }

  @Test
  void a_browser_is_not_asked_for_a_secret_that_it_would_keep() {
    Api.Reply refused = Api.send(ledger().header("Sec-Fetch-Mode", "navigate").build());
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.headers().firstValue("WWW-Authenticate")).isEmpty();
  }

  @Test
  void a_page_of_another_site_gets_nowhere_even_if_the_browser_knows_the_secret() {
    for (String site : List.of("cross-site", "same-site")) {
      Api.Reply refused =
          Api.send(
              ledger()
                  .header("Authorization", Api.basic("ops"))
                  .header("Sec-Fetch-Site", site)
                  .build());
      assertThat(refused.status()).isEqualTo(403);
    }
    Api.Reply preflight =
        Api.send(
            Api.request(RunningServer.shared().uri(), "/v1/limits?name=api")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Access-Control-Request-Method", "PUT")
                .header("Origin", "https://evil.example.com")
                .build());
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void who_leases_operates_nothing_and_who_operates_leases_nothing() {
    for (Api.Reply refused :
        List.of(
            Api.ledger("orders"),
            Api.send("orders", "PUT", "/v1/limits?name=api", "{\"permits\":1,\"rest\":\"PT0S\"}"),
            Api.send("orders", "PUT", "/v1/pauses?name=api", "{\"pause\":\"PT1S\"}"),
            Api.send("orders", "DELETE", "/v1/pauses?name=api", ""),
            Api.renew("ops", Api.wish("one", "api")))) {
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.detail()).contains("role");
    }
  }

  @Test
  void the_ledger_of_another_namespace_is_neither_seen_nor_drained_nor_changed() {
    Api.renew("orders", Api.wish("one", "secret of the shop"));
    Api.Reply drained =
        Api.renew(
            "stranger",
            Api.wish("one", "secret of the shop").replace("\"wanted\": 3", "\"wanted\": 10"));
    assertThat(drained.json().at("/leases/0/slots").asInt()).isEqualTo(10);
    assertThat(Api.ledger("stranger").body()).doesNotContain("orders");
    assertThat(
            Api.send(
                    "stranger",
                    "PUT",
                    Api.named("/v1/limits", "secret of the shop"),
                    "{\"permits\":1,\"rest\":\"PT1S\"}")
                .status())
        .isEqualTo(204);
    assertThat(
            Api.renew("stock", Api.wish("one", "secret of the shop")).json().at("/leases/0/limit"))
        .hasToString("{\"permits\":10,\"rest\":\"PT1M0.000000001S\"}");
  }

  @Test
  void who_takes_anothers_name_is_another_instance() {
    Api.Reply first = Api.renew("orders", Api.wish("same", 1_000, "names"));
    Api.Reply other = Api.renew("stock", Api.wish("same", 1, "names"));
    assertThat(other.status()).isEqualTo(200);
    assertThat(Api.renew("stock", Api.wish("orders/same", 5, "names")).status()).isEqualTo(200);
    assertThat(Api.renew("orders", Api.wish("same", 1_000, "names")).body())
        .as("what it said last is what counts")
        .isEqualTo(first.body());
    assertThat(Api.ledger("ops").body())
        .contains("\"client\":\"orders\",\"instance\":\"same\"")
        .contains("\"client\":\"stock\",\"instance\":\"same\"")
        .contains("\"client\":\"stock\",\"instance\":\"orders/same\"");
  }

  @Test
  void what_is_played_again_changes_nothing() {
    String first = Api.wish("replayed", 1, "replay");
    Api.Reply answer = Api.renew("orders", first);
    assertThat(Api.renew("orders", first).body()).isEqualTo(answer.body());
    Api.renew(
        "orders", Api.wish("replayed", 2, "replay").replace("\"wanted\": 3", "\"wanted\": 0"));
    String before = shares("replay");
    assertThat(Api.renew("orders", first).status()).isEqualTo(409);
    assertThat(shares("replay")).isEqualTo(before).contains("\"wanted\":0");
  }

  private static String shares(String limit) {
    for (var of : Api.ledger("ops").json().get("limits")) {
      if (of.get("name").asText().equals(limit)) {
        return of.at("/shares/0/use").toString();
      }
    }
    throw new AssertionError(limit);
  }

  @Test
  void who_asks_too_often_is_told_when_he_may_ask_again() {
    RunningServer.shared();
    Bucket greedy = Throttling.buckets().keyed("server/client").bucket("greedy");
    greedy.change(Limit.of(1, Duration.ofMinutes(1)));
    assertThat(Api.renew("greedy", Api.wish("one", "api")).status()).isEqualTo(200);
    Api.Reply refused = Api.renew("greedy", Api.wish("one", "api"));
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 61L);
    assertThat(refused.detail()).contains("Retry-After");
    assertThat(greedy.inUse()).isEqualTo(1);
    assertThat(Api.renew("stranger", Api.wish("one", "api")).status()).isEqualTo(200);
  }

  @Test
  void who_guesses_is_stopped_but_not_those_who_are_at_work() {
    assertThat(ledgerAs(Api.basic("ops")).status()).isEqualTo(200);
    KeyedBuckets logins = RunningServer.shared().bean(Buckets.class).keyed("server/logins");
    try {
      logins.bucket("127.0.0.1").change(Limit.of(3, Duration.ofMinutes(1)));
      for (int i = 0; i < 3; i++) {
        ledgerAs(Api.basic("ops", "guess " + i));
      }
      Api.Reply stopped = ledgerAs(Api.basic("ops", "guess"));
      assertThat(stopped.status()).isEqualTo(429);
      assertThat(stopped.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 61L);
      assertThat(ledgerAs(Api.basic("ops")).status()).isEqualTo(200);
      try (LogOf log = new LogOf("dev.throttle.audit")) {
        for (int i = 0; i < 50; i++) {
          ledgerAs(Api.basic("guesser " + i, "guess"));
        }
        assertThat(log.lines()).hasSizeLessThan(4); // of each minute the first, and how many
      }
    } finally {
      logins.bucket("127.0.0.1").change(Limit.of(1_000, Duration.ofMinutes(1)));
    }
  }

  private static String head(String client) {
    return "POST /v1/leases HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        + "Authorization: "
        + Api.basic(client)
        + "\r\n";
  }

  @Test
  void a_body_that_is_too_long_is_refused_before_it_is_sent() throws IOException {
    String head = head("orders");
    assertThat(Api.raw(head + "Content-Length: 1000000000\r\n\r\n"))
        .startsWith("HTTP/1.1 413")
        .contains("may have 8192");
    assertThat(Api.raw(head + "Transfer-Encoding: chunked\r\n\r\n")).startsWith("HTTP/1.1 411");
    assertThat(Api.raw(head + "X: " + "x".repeat(20_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .doesNotContain("Exception");
    assertThat(Api.raw("GET /\0 HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .doesNotContain("Exception");
  }

  /** All at once, since each takes as long as the server waits. */
  @Test
  void who_sends_too_slowly_or_byte_by_byte_or_no_headers_is_given_up() throws Exception {
    String head = head("orders") + "Content-Length: 8000\r\n\r\n";
    try (Socket silent = open(head + "{");
        Socket headless = open("POST /v1/leases HT");
        Socket slow = open(head)) {
      slow.setSoTimeout(100);
      int answered = -1;
      for (int i = 0; i < 600 && answered < 0; i++) {
        slow.getOutputStream().write(' ');
        try {
          answered = slow.getInputStream().read();
        } catch (SocketTimeoutException e) {
          // it waits for more
        }
      }
      slow.setSoTimeout(60_000);
      assertThat("H" + Api.answered(slow)).startsWith("HTTP/1.1 408");
      assertThat(Api.answered(silent)).startsWith("HTTP/1.1 408").contains("problem+json");
      assertThat(Api.answered(headless)).doesNotContain("200");
    }
  }

  private static Socket open(String begin) throws IOException {
    Socket socket = Api.connect();
    socket.getOutputStream().write(begin.getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  @Test
  void names_cannot_forge_headers_or_lines_of_a_log() {
    for (String name : List.of("a\\r\\nX-Evil: 1", "a\\u0000", "a\\u2028b", "a\\u202eb", " ", "")) {
      assertThat(Api.renew("orders", Api.wish(name, "api")).status()).as(name).isEqualTo(400);
      assertThat(Api.renew("orders", Api.wish("one", name)).status()).as(name).isEqualTo(400);
    }
    String forged = "x\r\nX-Evil: 1\r\n\r\nlogin ok";
    Api.Reply unknown =
        Api.send(
            "ops", "PUT", Api.named("/v1/limits", forged), "{\"permits\": 1, \"rest\": \"PT1S\"}");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.headers().firstValue("X-Evil")).isEmpty();
    assertThat(Audit.shown(forged, 200)).doesNotContain("\n").contains("x\\u{d}\\u{a}X-Evil");
  }

  @Test
  void what_is_done_and_who_failed_is_in_the_audit_log_without_secrets() {
    Api.renew("orders", Api.wish("one", "audited"));
    try (LogOf log = new LogOf("dev.throttle.audit")) {
      Api.send("ops", "PUT", "/v1/limits?name=audited", "{\"permits\": 4, \"rest\": \"PT1S\"}");
      Api.send("ops", "PUT", "/v1/pauses?name=audited", "{\"pause\": \"PT7S\"}");
      Api.send("ops", "DELETE", "/v1/pauses?name=audited", "");
      ledgerAs(Api.basic("ops\nroot", "a wrong secret"));
      assertThat(log.lines())
          .containsSubsequence(
              "change by client 'ops' of limit 'audited' in namespace 'shop': 10 per PT1M0.000000001S"
                  + " before, 4 per PT1S now",
              "pause by client 'ops' of limit 'audited' in namespace 'shop': PT0S before, PT7S now")
          .anyMatch(line -> line.startsWith("resume by client 'ops' of limit 'audited'"))
          .contains(
              "login failed as client 'ops\\u{a}root' from 127.0.0.1: unknown, or the secret is"
                  + " wrong")
          .noneMatch(line -> line.contains("a wrong secret"));
    }
  }

  @Test
  void a_namespace_gets_only_so_full() {
    for (int i = 0; i < 8; i++) {
      assertThat(Api.renew("full", Api.wish("instance " + i, "api")).status()).isEqualTo(200);
    }
    Api.Reply refused = Api.renew("full", Api.wish("instance 8", "api"));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.detail()).contains("8 instances already");
    for (int i = 1; i < 6; i++) {
      assertThat(Api.renew("full", Api.wish("instance 0", "limit " + i)).status()).isEqualTo(200);
    }
    assertThat(Api.renew("full", Api.wish("instance 0", "limit 6")).detail())
        .contains("6 limits already");
    String account = Api.wish("x", "NAME").replaceAll("(?s).*\"accounts\": \\[(.*)]}.*", "$1");
    StringBuilder six = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      six.append(i == 0 ? "" : ",").append(account.replace("NAME", "limit " + i));
    }
    Api.Reply many = Api.renew("full", Api.wish("instance 0", "NAME").replace(account, six));
    assertThat(many.status()).isEqualTo(400);
    assertThat(many.detail()).contains("may name 5 limits, but this one names 6");
  }

  @Test
  void who_has_left_and_holds_nothing_makes_room() {
    for (int i = 0; i < 8; i++) {
      String wish = Api.wish("instance " + i, 1, "api").replace("\"wanted\": 3", "\"wanted\": 0");
      assertThat(Api.renew("leavers", wish).status()).isEqualTo(200);
    }
    assertThat(Api.renew("leavers", Api.wish("instance 8", "api")).status()).isEqualTo(403);
    for (int i = 0; i < 8; i++) {
      String wish = Api.wish("instance " + i, 2, "api");
      Api.renew("leavers", wish.replace("\"leaving\": false", "\"leaving\": true"));
    }
    assertThat(Api.renew("leavers", Api.wish("instance 8", "api")).status()).isEqualTo(200);
  }

  @Test
  void the_limits_of_all_instances_together_are_only_so_many() {
    for (int i = 0; i < 14; i++) {
      String wish = Api.wish("instance " + i % 7, "limit " + i / 7);
      assertThat(Api.renew("holder", wish).status()).isEqualTo(200);
    }
    for (String more :
        List.of(Api.wish("instance 0", "limit 2"), Api.wish("instance 7", "limit 0"))) {
      Api.Reply refused = Api.renew("holder", more);
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.json().at("/type").asText()).isEqualTo("urn:throttle:full");
      assertThat(refused.detail())
          .contains("14 holdings", "Fix: have each instance share fewer limits", "max-holdings");
    }
    assertThat(Api.renew("holder", Api.wish("instance 0", "limit 1")).status()).isEqualTo(200);
  }

  @Test
  void one_client_has_only_so_many_requests_under_way() {
    RunningServer server = RunningServer.shared();
    Bucket requests = server.bean(Buckets.class).keyed("server/requests").bucket("hanging");
    requests.change(Limit.concurrent(2));
    Hanging ledger = new Hanging();
    server.replace("hanging", ledger);
    HttpRequest look =
        Api.request(server.uri(), "/v1/ledger")
            .header("Authorization", Api.basic("hanging"))
            .GET()
            .build();
    List<CompletableFuture<Integer>> first = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      first.add(Api.sendAsync(look));
    }
    await().atMost(Duration.ofSeconds(60)).until(() -> requests.inUse() == 2);
    Api.Reply refused = Api.send(look);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(refused.detail()).contains("under way", "server/requests.limit");
    assertThat(Api.ledger("stranger").status()).isEqualTo(200);
    ledger.end();
    assertThat(first)
        .allSatisfy(each -> assertThat(each.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo(200));
    await().atMost(Duration.ofSeconds(60)).until(() -> requests.inUse() == 0);
    assertThat(Api.send(look).status()).isEqualTo(200);
  }

  @Test
  void the_page_may_load_nothing_from_elsewhere_and_stands_in_no_frame() {
    Api.Reply page = Api.send(Api.request(RunningServer.shared().uri(), "/").GET().build());
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'", "frame-ancestors 'none'", "form-action 'none'")
        .doesNotContain("unsafe");
    assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(page.headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(page.body()).doesNotContain("//").doesNotContain("style=");
  }

  /** Each change of a renewal makes it senseless: whatever it is, it must be found. */
  @Test
  void what_was_garbled_gets_no_permit_and_no_stack_trace() {
    long seed = Long.getLong("throttle.seed", new Random().nextLong());
    Garbler garbler = new Garbler(new Random(seed));
    for (int i = 0; i < Integer.getInteger("throttle.garbled", 150); i++) {
      String garbled = garbler.garble(Api.wish("garbled", i, "garbled"));
      String what = "throttle.seed=" + seed + ", " + i + ": " + garbled;
      Api.Reply reply = Api.renew("fuzz", garbled);
      assertThat(reply.status()).as(what).isIn(400, 413);
      assertThat(reply.body()).as(what).doesNotContain("Exception", "dev.throttle", "java.");
      assertThat(reply.detail()).as(what).isNotBlank();
    }
    assertThat(Api.ledger("fuzz").json().get("limits")).isEmpty();
  }

  @Test
  void a_page_of_another_site_gets_nowhere_by_an_encoded_path() {
    Api.Reply refused =
        Api.send(
            Api.request(RunningServer.shared().uri(), "/%76%31/ledger")
                .header("Authorization", Api.basic("ops"))
                .header("Sec-Fetch-Site", "cross-site")
                .GET()
                .build());
    assertThat(refused.status()).isEqualTo(403);
  }

  @Test
  void who_first_names_no_limit_makes_no_room_for_more_instances() {
    for (int i = 0; i < 20; i++) {
      String wish = Api.wish("many " + i, 1, "api");
      Api.renew("nameless", wish.replaceAll("(?s)\"accounts\": \\[.*]", "\"accounts\": []"));
    }
    for (int i = 0; i < 20; i++) {
      Api.renew("nameless", Api.wish("many " + i, 2, "api"));
    }
    assertThat(Api.ledger("nameless").json().at("/limits/0/shares").size()).isEqualTo(8);
  }
}
