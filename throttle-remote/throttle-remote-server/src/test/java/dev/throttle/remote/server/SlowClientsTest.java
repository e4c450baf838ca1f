package dev.throttle.remote.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who sends a body or reads an answer slowly must hold no thread that others need. */
class SlowClientsTest {

  /** Each of these is from nobody who is known. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /v1/leases HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n",
        "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 6000000000\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n",
        "GET /actuator/health HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n"
      })
  void slow_bodies_of_strangers_keep_nobody_waiting(String head) throws Exception {
    assertThatAClientIsServedBeside(head);
  }

  /** Of somebody who is known, but has nothing to do with those who wait. */
  @ParameterizedTest
  @ValueSource(longs = {6_000_000_000L, 60_000})
  void slow_bodies_of_one_client_do_not_keep_another_waiting(long length) throws Exception {
    assertThatAClientIsServedBeside(
        "POST /v1/leases HTTP/1.1\r\nHost: x\r\nAuthorization: "
            + Api.basic("stranger")
            + "\r\nContent-Length: "
            + length
            + "\r\n\r\n");
  }

  /** Who reads nothing of what is answered. */
  @Test
  void slow_readers_of_one_client_do_not_keep_another_waiting() throws Exception {
    RunningServer server = RunningServer.small();
    server.replace("stranger", new Large());
    List<Socket> slow = new ArrayList<>();
    String answer = "";
    try {
      for (int i = 0; i < 12 && !answer.endsWith("429"); i++) {
        Socket socket = new Socket();
        slow.add(socket);
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(60_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        String head =
            "GET /v1/ledger HTTP/1.1\r\nHost: x\r\nAuthorization: "
                + Api.basic("stranger")
                + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
        byte[] begin = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
        answer = new String(begin, StandardCharsets.UTF_8);
      }
      assertThat(answer).as("of one that came after those that hang").endsWith("429");
      assertThat(Api.send(ledger(server)).status()).isEqualTo(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  private static HttpRequest ledger(RunningServer server) {
    return Api.request(server.uri(), "/v1/ledger")
        .header("Authorization", Api.basic("ops"))
        .timeout(Duration.ofSeconds(20))
        .GET()
        .build();
  }

  private static void assertThatAClientIsServedBeside(String head) throws Exception {
    RunningServer server = RunningServer.small();
    HttpRequest ledger = ledger(server);
    assertThat(Api.send(ledger).status()).isEqualTo(200);
    List<Socket> slow = new ArrayList<>();
    ScheduledExecutorService trickle = Executors.newSingleThreadScheduledExecutor();
    AtomicInteger rounds = new AtomicInteger();
    try {
      for (int i = 0; i < 12; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
        slow.add(socket);
      }
      trickle.scheduleWithFixedDelay(() -> trickle(slow, rounds), 0, 50, TimeUnit.MILLISECONDS);
      // Until all are where they wait.
      await().atMost(Duration.ofSeconds(20)).until(() -> rounds.get() > 10);
      assertThat(Api.send(ledger).status()).isEqualTo(200);
    } finally {
      trickle.shutdownNow();
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  /** Says a little, so that no wait for more of it ends. */
  private static void trickle(List<Socket> slow, AtomicInteger rounds) {
    for (Socket socket : slow) {
      try {
        socket.getOutputStream().write(' ');
      } catch (IOException e) {
        // It was closed.
      }
    }
    rounds.incrementAndGet();
  }
}
