package dev.throttle.remote.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.throttle.core.TimeSource;
import dev.throttle.remote.http.HttpLeaseStore;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.ManagedLeaseStore;
import dev.throttle.remote.lease.MemoryLeaseStore;
import dev.throttle.remote.lease.SharedLimit;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.yaml.snakeyaml.Yaml;

/** What is said by REST, held against openapi.yaml. */
class ApiTest {

  private static final String DESCRIPTION =
      Api.send(Api.request(RunningServer.shared().uri(), "/openapi.yaml").GET().build()).body();

  private static JsonNode description() {
    Map<String, Object> read = new Yaml().load(DESCRIPTION);
    return Api.JSON.valueToTree(read);
  }

  /** Returns what is wrong with some JSON by a schema of the description. */
  private static Set<?> errors(String schema, JsonNode json) {
    JsonNode root =
        Api.JSON
            .createObjectNode()
            .put("$ref", "#/components/schemas/" + schema)
            .set("components", description().get("components"));
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(root)
        .validate(json);
  }

  @Test
  void the_description_has_exactly_the_paths_and_methods_that_there_are() {
    Set<String> described = new TreeSet<>();
    description()
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> {
                          if (!method.equals("parameters")) {
                            described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                          }
                        }));
    Set<String> there = new TreeSet<>();
    RunningServer.shared()
        .bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
        .getHandlerMethods()
        .forEach(
            (info, method) -> {
              if (method.getBeanType().getSimpleName().startsWith("V1Controller")) {
                info.getMethodsCondition()
                    .getMethods()
                    .forEach(
                        of -> info.getPatternValues().forEach(path -> there.add(of + " " + path)));
              }
            });
    assertThat(described).isEqualTo(there).hasSize(5);
  }

  @Test
  void what_is_asked_and_answered_is_as_described() throws Exception {
    String wish = Api.wish("one", "api.foo.com/users é");
    assertThat(errors("Renewal", Api.JSON.readTree(wish))).isEmpty();
    Api.Reply answer = Api.renew("api", wish);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(errors("Answer", answer.json())).isEmpty();
    assertThat(answer.json().at("/leases/0/slots").asInt()).isEqualTo(3);

    String half = "{\"permits\": 5, \"rest\": \"PT0.000000001S\"}";
    assertThat(errors("Limit", Api.JSON.readTree(half))).isEmpty();
    String name = "api.foo.com/users é";
    assertThat(Api.send("api", "PUT", Api.named("/v1/limits", name), half).status()).isEqualTo(204);
    String minute = "{\"pause\": \"PT1M\"}";
    assertThat(errors("Pause", Api.JSON.readTree(minute))).isEmpty();
    assertThat(Api.send("api", "PUT", Api.named("/v1/pauses", name), minute).status())
        .isEqualTo(204);

    JsonNode ledger = Api.ledger("api").json();
    assertThat(errors("Ledger", ledger)).isEmpty();
    JsonNode limit = ledger.at("/limits/0");
    assertThat(limit.at("/name").asText()).isEqualTo(name);
    assertThat(limit.at("/limit/permits").asInt()).isEqualTo(5);
    assertThat(limit.at("/limit/rest").asText()).isEqualTo("PT0.000000001S");
    assertThat(Duration.parse(limit.at("/pausedFor").asText())).isPositive();
    assertThat(limit.at("/shares/0/client").asText()).isEqualTo("api");
    assertThat(limit.at("/shares/0/instance").asText()).isEqualTo("one");

    assertThat(Api.send("api", "DELETE", Api.named("/v1/pauses", name), "").status())
        .isEqualTo(204);
    assertThat(Api.ledger("api").json().at("/limits/0/pausedFor").asText()).isEqualTo("PT0S");
  }

  @Test
  void what_goes_wrong_is_told_as_a_problem_and_how_to_mend_it() {
    Api.renew("api", Api.wish("two", 7, "api"));
    Api.Reply stale = Api.renew("api", Api.wish("two", 6, "api"));
    assertThat(stale.status()).isEqualTo(409);
    assertThat(stale.headers().firstValue("Content-Type"))
        .hasValue(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    assertThat(errors("Problem", stale.json())).isEmpty();
    assertThat(stale.json().at("/type").asText()).isEqualTo("urn:throttle:stale-request");
    assertThat(stale.detail()).isEqualTo("request 6 of instance 'two' comes after its request 7.");

    Api.Reply unknown =
        Api.send("api", "PUT", "/v1/limits?name=nobody", "{\"permits\": 1, \"rest\": \"PT1S\"}");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.detail()).isEqualTo("no limit 'nobody' is known here.");

    for (Api.Reply wrong :
        List.of(
            Api.renew("api", "{"),
            Api.renew("api", Api.wish("two", 8, "api").replace("PT30S", "half a minute")),
            Api.renew("api", Api.wish("two", 1L << 53, "api")),
            Api.renew(
                "api", Api.wish("two", 8, "api").replace("\"revision\": 0", "\"revision\": -1")),
            Api.send("api", "PUT", "/v1/limits?name=api", "{\"permits\": 1, \"rest\": \"PT0S\"}"),
            Api.send("api", "PUT", "/v1/limits?name=api", "{\"permits\": 0, \"rest\": \"PT1S\"}"),
            Api.send("api", "PUT", "/v1/limits", "{\"permits\": 1, \"rest\": \"PT1S\"}"),
            Api.send("api", "PUT", "/v1/pauses?name=api", "{\"pause\": \"PT9601H\"}"))) {
      assertThat(wrong.status()).as(wrong.body()).isEqualTo(400);
      assertThat(errors("Problem", wrong.json())).isEmpty();
      assertThat(wrong.detail()).isNotBlank();
    }
    assertThat(Api.send("api", "GET", "/v2/ledger", "").status()).isEqualTo(403);
    assertThat(Api.send("api", "GET", "/v1/leases", "").status()).isEqualTo(403);
  }

  @Test
  void a_nanosecond_gets_through_to_the_ledger_and_back() {
    SharedLimit limit = new SharedLimit(3, Duration.ofDays(400).minusNanos(1));
    LeaseRequest.Account account =
        new LeaseRequest.Account(
            "nanoseconds",
            limit,
            0,
            Duration.ofNanos(1),
            0,
            new LeaseRequest.Use(0, 0, 1, 1),
            Duration.ZERO);
    LeaseRequest request =
        new LeaseRequest("precise", (1L << 53) - 1, "", List.of(account), false, false);
    try (HttpLeaseStore store = RunningServer.shared().store("api").build()) {
      assertThat(store.renew(request).toCompletableFuture().join().leases().get(0).limit())
          .isEqualTo(limit);
    }
  }

  @Test
  void who_uses_the_ledger_without_the_server_is_shown_without_a_client() {
    MemoryLeaseStore ledger = MemoryLeaseStore.fresh(TimeSource.system(), Duration.ofSeconds(10));
    ledger.renew(
        new LeaseRequest(
            "host-1",
            1,
            "",
            List.of(
                new LeaseRequest.Account(
                    "api",
                    new SharedLimit(10, Duration.ofMinutes(1)),
                    0,
                    Duration.ofSeconds(30),
                    0,
                    new LeaseRequest.Use(0, 0, 1, 1),
                    Duration.ZERO)),
            false,
            false));
    RunningServer.shared().replace("direct", ledger);
    Api.Reply seen = Api.ledger("direct");
    assertThat(seen.status()).isEqualTo(200);
    assertThat(seen.json().at("/limits/0/shares/0/client").asText()).isEmpty();
    assertThat(seen.json().at("/limits/0/shares/0/instance").asText()).isEqualTo("host-1");
  }

  @Test
  void what_is_wrong_with_the_server_is_not_said_of_the_ledger() {
    RunningServer server = RunningServer.shared();
    server.replace("direct", answering(CompletableFuture.failedFuture(new IOException("gone"))));
    assertThat(Api.ledger("direct").status()).isEqualTo(503);
    server.replace("direct", answering(CompletableFuture.completedFuture(null)));
    try (LogOf log = new LogOf(Problems.class.getName())) {
      assertThat(Api.ledger("direct").status()).isEqualTo(500);
      assertThat(log.lines())
          .containsExactly("A request has failed, for which there is no reason.");
    }
  }

  /** Returns a ledger that says the same whatever it is asked. */
  private static ManagedLeaseStore answering(CompletableFuture<?> answer) {
    Class<?> type = ManagedLeaseStore.class;
    return (ManagedLeaseStore)
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, (proxy, method, asked) -> answer);
  }

  @Test
  void metrics_are_for_who_monitors_and_health_for_all() {
    var uri = RunningServer.shared().uri();
    for (String path : List.of("/actuator/health", "/actuator/health/readiness")) {
      Api.Reply health = Api.send(Api.request(uri, path).GET().build());
      assertThat(health.status()).isEqualTo(200);
      assertThat(health.json().at("/status").asText()).isEqualTo("UP");
      assertThat(health.json().has("components")).isFalse();
    }
    Api.renew("orders", Api.wish("metrics", "api"));
    Api.Reply metrics = Api.send("metrics", "GET", "/actuator/prometheus", "");
    assertThat(metrics.body())
        .contains("http_server_requests_seconds_count")
        .contains("throttle_granted_total{bucket=\"server/client\"");
    assertThat(Api.send("orders", "GET", "/actuator/prometheus", "").status()).isEqualTo(403);
    assertThat(Api.send("metrics", "GET", "/v1/ledger", "").status()).isEqualTo(403);
    assertThat(Api.send(Api.request(uri, "/actuator/prometheus").GET().build()).status())
        .isEqualTo(401);
    assertThat(Api.send("metrics", "POST", "/actuator/throttle", "{\"enabled\": false}").status())
        .isEqualTo(403);
  }
}
