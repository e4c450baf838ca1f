package dev.throttle.remote.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered where no controller was asked. */
class ProblemsTest {

  private static Api.Reply send(String method, String path) {
    return Api.send(
        Api.request(RunningServer.shared().uri(), path)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build());
  }

  @Test
  void who_asks_for_the_head_only_may_what_he_may_who_asks_for_all() {
    for (String path :
        List.of(
            "/",
            "/index.html",
            "/page.js",
            "/openapi.yaml",
            "/actuator/health",
            "/actuator/health/liveness",
            "/actuator/health/readiness")) {
      Api.Reply head = send("HEAD", path);
      assertThat(head.status()).as(path).isEqualTo(200);
      assertThat(head.body()).isEmpty();
    }
    assertThat(send("HEAD", "/v1/ledger").status()).isEqualTo(401);
    assertThat(Api.send("ops", "HEAD", "/v1/ledger", "").status()).isEqualTo(200);
    assertThat(Api.send("metrics", "HEAD", "/actuator/prometheus", "").status()).isEqualTo(200);
    assertThat(Api.send("ops", "HEAD", "/actuator/prometheus", "").status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /%zz HTTP/1.1\r\nHost: x",
        "GET /%00 HTTP/1.1\r\nHost: x",
        "GET /a%2fb HTTP/1.1\r\nHost: x",
        "GET /a%5cb HTTP/1.1\r\nHost: x",
        "GET /../../etc HTTP/1.1\r\nHost: x",
        "GET /a|b HTTP/1.1\r\nHost: x",
        "GET /;/x HTTP/1.1\r\nHost: x",
        "GET //evil HTTP/1.1\r\nHost: x",
        "GET / HTTP/1.1\r\nHost: x y",
        "GET / HTTP/1.1",
        "GET / HTTP/9.9\r\nHost: x",
        "G<T / HTTP/1.1\r\nHost: x",
        "TRACE / HTTP/1.1\r\nHost: x",
        "GET /v1/ledger?name=%zz HTTP/1.1\r\nHost: x",
        "POST /v1/leases HTTP/1.1\r\nHost: x\r\nContent-Length: -1",
        "POST /v1/leases HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2",
        "POST /v1/leases HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: nonsense"
      })
  void what_the_container_refuses_is_a_problem_or_empty_and_tells_nothing_of_it(String head)
      throws IOException {
    String answer = Api.raw(head + "\r\nConnection: close\r\n\r\n");
    assertThat(answer)
        .matches("(?s)HTTP/1.1 [45].*")
        .doesNotContainIgnoringCase("tomcat", "<html", "text/html", "<!doctype", "Exception");
    String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    if (!body.isEmpty()) {
      assertThat(answer).contains("application/problem+json");
      assertThat(body).contains("\"detail\"").doesNotContain("/error");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/*", "application/*", "application/*+json", "text/plain", "x"})
  void what_is_no_json_is_refused_and_not_logged(String type) {
    try (LogOf log = new LogOf(Problems.class.getName())) {
      Api.Reply refused =
          Api.send(
              HttpRequest.newBuilder(RunningServer.shared().uri().resolve("/v1/leases"))
                  .header("Authorization", Api.basic("orders"))
                  .header("Content-Type", type)
                  .POST(HttpRequest.BodyPublishers.ofString(Api.wish("one", "api")))
                  .build());
      assertThat(refused.status()).isEqualTo(415);
      assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void what_is_too_deep_or_too_long_for_a_number_is_told_as_all_that_is_not_as_described() {
    for (String json :
        List.of(
            "{\"a\":".repeat(501),
            "[".repeat(1_000),
            Api.wish("one", "api").replace("\"held\": 0", "\"held\": " + "1".repeat(5_000)))) {
      Api.Reply refused = Api.renew("orders", json);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.detail()).contains("see /openapi.yaml");
    }
  }

  @Test
  void a_refusal_for_the_rate_does_not_tell_by_which_path_it_was_written() {
    RunningServer server = RunningServer.shared();
    var limits = server.bean(dev.throttle.core.Buckets.class).keyed("server/client");
    limits.bucket("holder").change(dev.throttle.core.Limit.of(1, java.time.Duration.ofMinutes(1)));
    Api.ledger("holder");
    Api.Reply refused = Api.ledger("holder");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.body()).doesNotContain("/error");
    assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    limits
        .bucket("holder")
        .change(dev.throttle.core.Limit.of(1_000_000, java.time.Duration.ofSeconds(1)));
  }
}
