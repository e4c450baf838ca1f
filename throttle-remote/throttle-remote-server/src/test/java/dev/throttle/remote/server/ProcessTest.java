package dev.throttle.remote.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.remote.http.HttpLeaseStore;
import dev.throttle.remote.lease.SharedBuckets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The server as a process: how it ends, and what it has logged until then. */
class ProcessTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");
  private static final String WRONG = "a-wrong-secret-0123456789";
  private static final String IN_BODY = "a-secret-in-a-body-0123456789";
  private static final int SLOW = 6;

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Process process = start();
  private final int port = port();

  private static Process start() {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ServerApplication.class.getName()));
    RunningServer.withClients(
            "logging.structured.format.console=ecs",
            "throttle.server.fresh-if-missing=true",
            "throttle.server.lease-length=1h",
            "throttle.buckets.server/all.limit=1000000",
            "throttle.buckets.server/client.limit=1000000",
            "throttle.server.body-timeout=2m",
            "server.tomcat.connection-timeout=2m",
            "spring.lifecycle.timeout-per-shutdown-phase=2m")
        .forEach(property -> command.add("--" + property));
    try {
      return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private int port() {
    threads.execute(
        () -> {
          try (BufferedReader out =
              new BufferedReader(
                  new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            out.lines().forEach(lines::add);
          } catch (IOException e) {
            lines.add("not read: " + e);
          }
        });
    await()
        .atMost(PATIENCE)
        .until(() -> lines.stream().anyMatch(line -> PORT.matcher(line).find()));
    Matcher found = PORT.matcher(String.join("\n", lines));
    assertThat(found.find()).isTrue();
    return Integer.parseInt(found.group(1));
  }

  @AfterEach
  void stop() {
    process.destroyForcibly();
    threads.shutdownNow();
  }

  private URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  private static String head(String client, String body) {
    return "POST /v1/leases HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        + "Content-Type: application/json\r\nAuthorization: "
        + Api.basic(client)
        + "\r\nContent-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n";
  }

  private Socket open(String text) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(120_000);
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  private static void assertWhole(String answer) {
    assertThat(answer).startsWith("HTTP/1.1 200").doesNotContain("Exception");
    String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    if (answer.contains("chunked")) {
      assertThat(body).endsWith("\r\n0\r\n\r\n").contains("\"leases\"");
    } else {
      assertThat(answer).contains("Content-Length: " + body.length()).contains("\"leases\"");
    }
  }

  /** Asks again and again, until nobody is there; no answer may be torn. */
  private void load(String instance, Queue<String> answers) {
    for (long i = 1; ; i++) {
      String body = Api.wish(instance, i, "load");
      try (Socket socket = open(head("stranger", body) + body)) {
        answers.add(Api.answered(socket));
      } catch (ConnectException e) {
        return;
      } catch (IOException e) {
        answers.add(""); // it had not been taken
      }
    }
  }

  private boolean isRefused() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private int send(String authorization, String body) {
    return Api.send(
            Api.request(uri(), "/v1/leases")
                .header("Authorization", authorization)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build())
        .status();
  }

  private String metrics() {
    return Api.send(
            Api.request(uri(), "/actuator/prometheus")
                .header("Authorization", Api.basic("metrics"))
                .GET()
                .build())
        .body();
  }

  @Test
  void what_is_under_way_is_answered_when_it_ends_and_its_log_is_json_without_secrets()
      throws Exception {
    assertThat(send(Api.basic("ops", WRONG), "{}")).isEqualTo(401);
    assertThat(send(Api.basic("nobody", WRONG), "{}")).isEqualTo(401);
    assertThat(send(Api.basic("orders"), "{\"" + IN_BODY + "\": ")).isEqualTo(400);

    HttpLeaseStore store =
        HttpLeaseStore.at(uri())
            .client("orders", RunningServer.SECRET + "orders")
            .timeout(PATIENCE)
            .build();
    Buckets buckets = Buckets.create();
    Bucket bucket = buckets.define("elsewhere", Limit.concurrent(5));
    Throttle throttle = buckets.throttle("elsewhere");
    SharedBuckets shared = SharedBuckets.of(store).start();
    try {
      shared.share(bucket);
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                try (Permit permit = throttle.tryAcquire()) {
                  return permit != null;
                }
              });
      endUnderLoad();
      try (Permit permit = throttle.tryAcquire()) {
        assertThat(permit).as("what was leased goes on").isNotNull();
      }
    } finally {
      shared.close();
    }
    assertThat(lines).allSatisfy(line -> assertThat(Api.JSON.readTree(line).isObject()).isTrue());
    assertThat(lines)
        .noneMatch(line -> line.contains(WRONG) || line.contains(IN_BODY))
        .noneMatch(line -> line.contains(RunningServer.SECRET) || line.contains("stack_trace"))
        .noneMatch(line -> line.contains("Basic ") || line.contains("argon2"));
    JsonNode failed =
        Api.JSON.readTree(
            lines.stream()
                .filter(line -> line.contains("login failed as client 'ops'"))
                .findFirst()
                .orElseThrow());
    assertThat(failed.at("/client").asText()).isEqualTo("ops");
    assertThat(failed.at("/action").asText()).isEqualTo("login");
  }

  private void endUnderLoad() throws Exception {
    Queue<String> answers = new ConcurrentLinkedQueue<>();
    List<Socket> slow = new ArrayList<>();
    String body = Api.wish("slow", "load");
    for (int i = 0; i < SLOW; i++) {
      slow.add(open(head("stranger", body) + body.substring(0, 20)));
    }
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                metrics()
                    .matches(
                        "(?s).*throttle_in_use\\{bucket=\"server/bodies\"[^}]*} "
                            + SLOW
                            + "\\..*"));
    for (int i = 0; i < 4; i++) {
      String instance = "instance " + i;
      threads.execute(() -> load(instance, answers));
    }
    await().atMost(PATIENCE).until(() -> answers.size() >= 20);
    process.toHandle().destroy(); // which leaves what it prints open
    await().atMost(PATIENCE).until(this::isRefused);
    assertThat(process.isAlive()).isTrue();
    for (Socket each : slow) {
      each.getOutputStream().write(body.substring(20).getBytes(StandardCharsets.UTF_8));
      assertWhole(Api.answered(each));
      each.close();
    }
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(answers)
        .filteredOn(answer -> !answer.isEmpty())
        .hasSizeGreaterThan(19)
        .allSatisfy(ProcessTest::assertWhole);
  }
}
