package dev.throttle.remote.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.throttle.core.TimeSource;
import dev.throttle.remote.lease.ManagedLeaseStore;
import dev.throttle.remote.lease.MemoryLeaseStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on loopback that answers what a test wants. */
final class Stub implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private Stub(Answering answering) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", answering::answer);
    server.start();
  }

  /** Answers one request. */
  interface Answering {
    void answer(HttpExchange exchange) throws IOException;
  }

  static Stub with(Answering answering) {
    return new Stub(answering);
  }

  /** Starts one that always answers the same. */
  static Stub answering(int status, String body, Map<String, String> headers) {
    return new Stub(
        exchange -> {
          headers.forEach(exchange.getResponseHeaders()::set);
          reply(exchange, status, body);
        });
  }

  /** Starts one that lends, as far as instances ask. */
  static Stub lending() {
    ObjectMapper json = new ObjectMapper();
    ManagedLeaseStore ledger = MemoryLeaseStore.fresh(TimeSource.system(), Duration.ofSeconds(10));
    return new Stub(
        exchange -> {
          V1.Renewal said =
              json.readValue(exchange.getRequestBody().readAllBytes(), V1.Renewal.class);
          V1.Answer answer =
              V1.Answer.of(
                  ledger.renew(said.request(said.instance())).toCompletableFuture().join());
          reply(exchange, 200, json.writeValueAsString(answer));
        });
  }

  static void reply(HttpExchange exchange, int status, String body) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
