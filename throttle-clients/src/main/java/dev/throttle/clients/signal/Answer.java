package dev.throttle.clients.signal;

import dev.throttle.core.Signal;
import dev.throttle.core.Signal.Quota;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An answer while it is read, and what was found in it. Used by one thread. */
final class Answer {

  private static final Logger LOG = LoggerFactory.getLogger(SignalReader.class);

  /** Longer fields than any provider's are not parsed: parsing is to cost little, come what may. */
  private static final int MAX_LENGTH = 4_096;

  private final int status;
  private final Headers headers;
  private final Clock clock;
  private @Nullable Instant now;
  private boolean refused;
  private @Nullable Duration retryAfter;
  private @Nullable Set<Quota> quotas;

  Answer(int status, Headers headers, Clock clock) {
    this.status = status;
    this.headers = headers;
    this.clock = clock;
    refused = status == 429; // of others the fields decide
  }

  int status() {
    return status;
  }

  /** Returns the values of a field, one for each of its lines. */
  Collection<String> lines(String name) throws MalformedFieldException {
    Collection<String> lines = headers.values(name);
    if (lines == null || lines.isEmpty()) {
      return List.of();
    }
    int length = -1; // of the lines with a comma between them
    for (String line : lines) {
      length += line.length() + 1;
      if (length > MAX_LENGTH) {
        throw new MalformedFieldException(line, "is too long for " + name);
      }
    }
    return lines;
  }

  /** Returns the value of a field that is a list, which may be spread over lines, or null. */
  @Nullable String list(String name) throws MalformedFieldException {
    Collection<String> lines = lines(name);
    return lines.isEmpty() ? null : String.join(",", lines);
  }

  /** Returns the value of a field that is no list, or null; the same line twice is one. */
  @Nullable String value(String name) throws MalformedFieldException {
    Collection<String> lines = lines(name);
    if (lines.isEmpty()) {
      return null; // without an iterator: it is the common case
    }
    String value = null;
    for (String line : lines) {
      String stripped = line.strip();
      if (value != null && !value.equals(stripped)) {
        throw new MalformedFieldException(stripped, "is a second value of " + name);
      }
      value = stripped;
    }
    return value;
  }

  /**
   * Returns the time at which the answer was made, by the clock of its provider: a point in time
   * that it names is as far away as it seems there. It is in whole seconds and a little past, so
   * that waits come out too long, not too short.
   */
  Instant now() {
    if (now == null) {
      now = date();
    }
    return now;
  }

  private Instant date() {
    try {
      String date = value("Date");
      if (date != null) {
        return httpDate(date);
      }
    } catch (MalformedFieldException e) {
      leaveOut(e);
    }
    return clock.instant();
  }

  Instant httpDate(String text) throws MalformedFieldException {
    return HttpDate.parse(text, clock);
  }

  /** Returns how far away a point in time is, zero if it has passed. */
  Duration until(Instant instant) {
    Duration until = Duration.between(now(), instant);
    return until.isNegative() ? Duration.ZERO : Durations.bounded(until);
  }

  /** Returns the time to calls that the provider asks for, as far as it was found. */
  @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** Says that the provider refused the call for its limits. */
  void refused() {
    refused = true;
  }

  void retryAfter(Duration retryAfter) {
    this.retryAfter = retryAfter;
  }

  void add(Quota quota) {
    if (quotas == null) {
      quotas = new LinkedHashSet<>();
    }
    quotas.add(quota);
  }

  void leaveOut(MalformedFieldException e) {
    LOG.debug("Left out of what a provider says of its limits: {}", e.getMessage());
  }

  Signal signal() {
    if (quotas != null && !isFromCache()) {
      return new Signal(refused, retryAfter, List.copyOf(quotas));
    }
    return refused || retryAfter != null
        ? new Signal(refused, retryAfter, List.of())
        : Signal.nothing();
  }

  private boolean isFromCache() {
    try {
      String age = value("Age");
      return age != null && Numbers.count(age) > 0;
    } catch (MalformedFieldException e) {
      leaveOut(e);
      return false;
    }
  }
}
