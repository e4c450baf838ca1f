package dev.throttle.test;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a {@link RateLimitedProvider} answers to a call that its limits let pass: a status and a
 * body, or something that a client hopes not to meet.
 *
 * <p>Immutable: each method returns another answer.
 */
public final class ProviderAnswer {

  private enum Manner {
    WHOLE,
    TRUNCATED,
    HANG_UP
  }

  static final ProviderAnswer OK = of(200, "{\"ok\":true}");
  static final ProviderAnswer REFUSED = of(429, "{\"error\":\"too many requests\"}");

  /** Says in plain words what is wrong in the test itself. */
  static ProviderAnswer mistake(int status, String message) {
    return of(status, message).header("Content-Type", "text/plain; charset=utf-8");
  }

  private final Manner manner;
  private final int status;
  private final String body;
  private final Map<String, String> headers;
  private final long delayNanos;

  private ProviderAnswer(
      Manner manner, int status, String body, Map<String, String> headers, long delayNanos) {
    this.manner = manner;
    this.status = status;
    this.body = body;
    this.headers = headers;
    this.delayNanos = delayNanos;
  }

  /**
   * Returns an answer, its body in UTF-8 as {@code application/json}.
   *
   * @param status from 200 to 599
   */
  public static ProviderAnswer of(int status, String body) {
    requireNonNull(body, "body");
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "status must be from 200 to 599, but was %d.", status));
    }
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("Content-Type", "application/json");
    return new ProviderAnswer(Manner.WHOLE, status, body, headers, 0);
  }

  /** Returns no answer: the connection is closed without a byte. */
  public static ProviderAnswer hangUp() {
    return new ProviderAnswer(Manner.HANG_UP, 0, "", Map.of(), 0);
  }

  /** Returns this answer cut short: its headers promise more bytes than come. */
  public ProviderAnswer truncated() {
    if (manner == Manner.HANG_UP) {
      throw new IllegalStateException(
          "a hang-up has no body to truncate. Begin with ProviderAnswer.of(status, body).");
    }
    return new ProviderAnswer(Manner.TRUNCATED, status, body, headers, delayNanos);
  }

  /** Returns this answer with a header, which takes the place of the provider's own. */
  public ProviderAnswer header(String name, String value) {
    requireNonNull(name, "name");
    requireNonNull(value, "value");
    Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    more.putAll(headers);
    more.put(name, value);
    return new ProviderAnswer(manner, status, body, more, delayNanos);
  }

  /** Returns this answer, sent later by this much, beside any jitter; no thread waits for it. */
  public ProviderAnswer after(Duration delay) {
    if (requireNonNull(delay, "delay").isNegative()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "delay must be at least PT0S, but was %s.", delay));
    }
    return new ProviderAnswer(manner, status, body, headers, Nanos.of(delay));
  }

  boolean isHangUp() {
    return manner == Manner.HANG_UP;
  }

  boolean isTruncated() {
    return manner == Manner.TRUNCATED;
  }

  int status() {
    return status;
  }

  String body() {
    return body;
  }

  Map<String, String> headers() {
    return headers;
  }

  long delayNanos() {
    return delayNanos;
  }

  @Override
  public String toString() {
    return manner == Manner.HANG_UP ? "hang up" : status + " " + body;
  }
}
