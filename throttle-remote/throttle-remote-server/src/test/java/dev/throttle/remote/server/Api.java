package dev.throttle.remote.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** What anybody can send to the server, also what no client of ours would. */
final class Api {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final AtomicLong NUMBER = new AtomicLong();

  private Api() {}

  /** What was answered. */
  record Reply(int status, String body, java.net.http.HttpHeaders headers) {

    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new AssertionError(body, e);
      }
    }

    String detail() {
      return json().path("detail").asText();
    }
  }

  static String basic(String id, String secret) {
    byte[] both = (id + ":" + secret).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  static String basic(String client) {
    return basic(client, RunningServer.SECRET + client);
  }

  static HttpRequest.Builder request(URI base, String path) {
    return HttpRequest.newBuilder(URI.create(base + path))
        .header("Content-Type", "application/json");
  }

  static Reply send(HttpRequest request) {
    try {
      HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      return new Reply(response.statusCode(), response.body(), response.headers());
    } catch (IOException e) {
      throw new AssertionError(request.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Sends a request, and returns the status of the answer when that is there. */
  static CompletableFuture<Integer> sendAsync(HttpRequest request) {
    return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .thenApply(HttpResponse::statusCode);
  }

  /** Sends a request of a client to the shared server; without a body if that is empty. */
  static Reply send(String client, String method, String path, String body) {
    return send(
        request(RunningServer.shared().uri(), path)
            .header("Authorization", basic(client))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  static Reply renew(String client, String body) {
    return send(client, "POST", "/v1/leases", body);
  }

  static Reply ledger(String client) {
    return send(client, "GET", "/v1/ledger", "");
  }

  static String named(String path, String name) {
    return path + "?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  /** Returns the JSON of an instance that wants three of ten slots. */
  static String wish(String instance, long number, String limit) {
    return String.format(
        Locale.ROOT,
        """
        {"instance": "%s", "number": %d, "epoch": "", "alone": false, "leaving": false, "accounts": [
          {"name": "%s", "limit": {"permits": 10, "rest": "PT1M0.000000001S"}, "revision": 0, "maxCall": "PT30S", "held": 0,
           "use": {"inUse": 0, "waiting": 3, "wanted": 3, "dearest": 1}, "pause": "PT0S"}]}
        """,
        instance,
        number,
        limit);
  }

  static String wish(String instance, String limit) {
    return wish(instance, NUMBER.incrementAndGet(), limit);
  }

  /** Writes bytes to the server as they are, and returns all that it answers until it closes. */
  static String raw(String text) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      return answered(socket);
    }
  }

  static Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), RunningServer.shared().port());
    socket.setSoTimeout(60_000);
    return socket;
  }

  /** Returns what a server says until it closes the connection, by which way ever. */
  static String answered(Socket socket) {
    StringBuilder all = new StringBuilder();
    byte[] part = new byte[4096];
    try {
      for (int read; (read = socket.getInputStream().read(part)) >= 0; ) {
        all.append(new String(part, 0, read, StandardCharsets.UTF_8));
      }
    } catch (java.net.SocketException e) {
      all.append(""); // it was reset, since not all that was sent was read
    } catch (IOException e) {
      throw new AssertionError(all.toString(), e);
    }
    return all.toString();
  }
}
