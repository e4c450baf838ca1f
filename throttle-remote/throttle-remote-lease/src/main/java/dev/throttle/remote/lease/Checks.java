package dev.throttle.remote.lease;

import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** What instance and ledger refuse to say or to hear. */
final class Checks {

  /** So short that no sum of some durations, nor a tick so far away, overflows in nanoseconds. */
  static final Duration LONGEST = Duration.ofDays(400);

  /** The highest number that all stores can keep: those of some are doubles. */
  static final long MOST = (1L << 53) - 1;

  private Checks() {}

  static void name(String what, String name) {
    Objects.requireNonNull(name, what + " must not be null.");
    if (name.isBlank()) {
      throw new IllegalArgumentException(what + " must not be blank.");
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(what + " must have no control characters.");
    }
  }

  static void eachOnce(Stream<String> names) {
    Set<String> seen = new HashSet<>();
    names.forEach(
        name -> {
          if (!seen.add(name)) {
            throw new IllegalArgumentException("limit '" + name + "' must come once.");
          }
        });
  }

  static void count(String what, long number) {
    if (number < 0) {
      throw new IllegalArgumentException(what + " must be at least 0, but was " + number + ".");
    }
  }

  /** Of what grows for long. */
  static void number(String what, long number) {
    count(what, number);
    if (number > MOST) {
      throw new IllegalArgumentException(what + " must be below 2^53, but was " + number + ".");
    }
  }

  /** Of a limit that a ledger knows. */
  static void revision(long revision) {
    number("revision", revision);
    if (revision == Revision.OWN) {
      throw new IllegalArgumentException("revision must be at least 1, but was 0.");
    }
  }

  static Duration duration(String what, Duration duration) {
    Objects.requireNonNull(duration, what + " must not be null.");
    if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          what + " must be from PT0S to 400 days, but was " + duration + ".");
    }
    return duration;
  }

  static Duration positive(String what, Duration duration) {
    if (duration(what, duration).isZero()) {
      throw new IllegalArgumentException(what + " must be more than PT0S.");
    }
    return duration;
  }

  /** Returns the duration, or the longest that can be said. */
  static Duration atMostLongest(Duration duration) {
    return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
  }
}
