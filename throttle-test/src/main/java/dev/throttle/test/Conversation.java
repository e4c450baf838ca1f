package dev.throttle.test;

import com.sun.net.httpserver.HttpExchange;
import dev.throttle.core.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * One exchange from its arrival to its answer. Between its steps it is a timer and holds no thread;
 * each step runs on a worker. However it ends, it leaves the ledger once.
 */
final class Conversation {

  private final HttpExchange exchange;
  private final Setting setting;
  private final ProviderRequest request;
  private final Ledger.Arrival arrival;

  /** What all conversations of a provider have in common. */
  record Setting(
      Rules rules,
      Ledger ledger,
      Script script,
      TimeSource time,
      Executor workers,
      Jitter before,
      Jitter after,
      boolean tellsLimits) {}

  Conversation(HttpExchange exchange, Setting setting) {
    this.exchange = exchange;
    this.setting = setting;
    this.request =
        new ProviderRequest(
            exchange.getRequestMethod(), exchange.getRequestURI(), headersOf(exchange));
    this.arrival = setting.ledger().arrive(setting.before(), setting.after());
  }

  private static Map<String, List<String>> headersOf(HttpExchange exchange) {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, List.copyOf(values)));
    return Collections.unmodifiableMap(headers);
  }

  void begin() {
    guard(
        () -> {
          drainRequest();
          later(arrival.beforeNanos(), this::count);
        });
  }

  private void count() throws IOException {
    Rules.Charge charge;
    try {
      charge = setting.rules().chargeOf(request);
    } catch (RuntimeException | Error failure) {
      conclude(
          setting.ledger().unreadable(),
          ProviderAnswer.mistake(400, "the request has no readable cost or key: " + failure));
      return;
    }
    Ledger.Verdict verdict = setting.ledger().count(request, charge);
    conclude(
        verdict, verdict.accepted() ? setting.script().answer(request) : ProviderAnswer.REFUSED);
  }

  private void conclude(Ledger.Verdict verdict, ProviderAnswer answer) throws IOException {
    later(sum(arrival.afterNanos(), answer.delayNanos()), () -> answer(verdict, answer));
  }

  private void answer(Ledger.Verdict verdict, ProviderAnswer answer) throws IOException {
    setting.ledger().answered(request, arrival, verdict, answer.status());
    if (answer.isHangUp()) {
      leave();
      return;
    }
    if (setting.tellsLimits()) {
      LimitHeaders.of(verdict).forEach(exchange.getResponseHeaders()::set);
    }
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    send(answer);
    leave();
  }

  private void send(ProviderAnswer answer) throws IOException {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    boolean bodiless =
        answer.status() == 204 || answer.status() == 304 || request.method().equals("HEAD");
    long promised = answer.isTruncated() ? body.length + 1L : body.length;
    if (bodiless || promised == 0) {
      exchange.sendResponseHeaders(answer.status(), -1); // this server's word for "no body"
      return;
    }
    exchange.sendResponseHeaders(answer.status(), promised);
    OutputStream out = exchange.getResponseBody();
    out.write(body);
    out.flush();
  }

  /** The server reuses a connection only when the request on it has been read to its end. */
  private void drainRequest() throws IOException {
    try (InputStream body = exchange.getRequestBody()) {
      body.transferTo(OutputStream.nullOutputStream());
    }
  }

  private void later(long delayNanos, Step step) throws IOException {
    if (delayNanos == 0) {
      step.run();
    } else {
      setting.time().schedule(delayNanos, () -> guard(() -> handOver(step)));
    }
  }

  /** From the thread of the timers to a worker: what writes to a socket may block. */
  private void handOver(Step step) {
    setting.workers().execute(() -> guard(step));
  }

  /** A conversation whose client has gone, or whose provider was closed, is over. */
  private void guard(Step step) {
    try {
      step.run();
    } catch (IOException | RejectedExecutionException over) {
      leave();
    } catch (RuntimeException | Error failure) {
      leave();
      throw failure;
    }
  }

  /**
   * Ends the exchange: its connection lives on if it was answered in full, and is closed otherwise,
   * which is how the provider hangs up.
   */
  private void leave() {
    exchange.close();
    setting.ledger().leave();
  }

  private static long sum(long nanos, long moreNanos) {
    long sum = nanos + moreNanos;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  private interface Step {
    void run() throws IOException;
  }
}
