package dev.throttle.processor;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One limit of a bucket, as written; null where left out.
 *
 * <p>Two limits agree by meaning, not by letter: {@code PT60S} is {@code PT1M}, and a burst of
 * {@code limit} is none.
 */
record WrittenLimit(
    int limit,
    String period,
    @Nullable String algorithm,
    @Nullable Integer burst,
    @Nullable String offset,
    @Nullable String zone,
    @Nullable String countedWithin) {

  static final String SLIDING_WINDOW = "SLIDING_WINDOW";
  static final String FIXED_WINDOW = "FIXED_WINDOW";

  private static final String TOKEN_BUCKET = "TOKEN_BUCKET";
  private static final String LEAKY_BUCKET = "LEAKY_BUCKET";

  private static final ZoneId UTC = ZoneId.of("UTC");

  /** Returns the limit of a declaration, or null if it has none or a wrong one. */
  static @Nullable WrittenLimit of(Declaration declaration) {
    Integer limit = declaration.number(Declaration.LIMIT);
    String period = declaration.text(Declaration.PERIOD);
    if (limit == null || limit < 1 || period == null || !Span.isPeriod(period)) {
      return null;
    }
    return new WrittenLimit(
        limit,
        period,
        declaration.constant(Declaration.ALGORITHM),
        declaration.number(Declaration.BURST),
        declaration.text(Declaration.OFFSET),
        declaration.text(Declaration.ZONE),
        declaration.text(Declaration.COUNTED_WITHIN));
  }

  /** Says whether permits gather up to a burst. */
  static boolean hasBurst(@Nullable String algorithm) {
    return TOKEN_BUCKET.equals(algorithm) || LEAKY_BUCKET.equals(algorithm);
  }

  /** Returns the most permits that a call can ever take. */
  int capacity() {
    return burst == null || burst < 1 || !hasBurst(algorithm) ? limit : burst;
  }

  /** Returns the first attribute in which the two differ, or null if they agree. */
  @Nullable String firstDifference(WrittenLimit other) {
    if (limit != other.limit) {
      return Declaration.LIMIT;
    }
    if (!Objects.equals(calendar(), other.calendar())
        || !Objects.equals(duration(), other.duration())) {
      return Declaration.PERIOD;
    }
    if (!algorithmInForce().equals(other.algorithmInForce())) {
      return Declaration.ALGORITHM;
    }
    if (capacity() != other.capacity()) {
      return Declaration.BURST;
    }
    if (!offsetOrZero().equals(other.offsetOrZero())) {
      return Declaration.OFFSET;
    }
    if (!zoneOrUtc().equals(other.zoneOrUtc())) {
      return Declaration.ZONE;
    }
    return Objects.equals(countedWithinOrNull(), other.countedWithinOrNull())
        ? null
        : Declaration.COUNTED_WITHIN;
  }

  /**
   * Says whether this limit surely never holds up a call, given that each call passes the other
   * limit too and takes no fewer permits there.
   *
   * <p>So it is where the two count in the same way, and this one has no fewer permits. And of two
   * sliding windows where, besides, the other's is no shorter, and its slots are not free before
   * the call is complete if ours are not: then each slot in use here is in use there. But a leaky
   * bucket forgives a start that is late by less than its own interval, so a faster one may come to
   * wait where a slower one does not.
   */
  boolean isSurelyWithin(WrittenLimit other) {
    if (other.limit > limit || other.capacity() > capacity()) {
      return false;
    }
    return algorithmInForce().equals(LEAKY_BUCKET)
        ? firstDifference(other) == null
        : other.withNumbersOf(this).firstDifference(this) == null || isSlotsOf(other);
  }

  private WrittenLimit withNumbersOf(WrittenLimit other) {
    return new WrittenLimit(
        other.limit, period, algorithm, other.burst, offset, zone, countedWithin);
  }

  private boolean isSlotsOf(WrittenLimit other) {
    Duration ours = duration();
    Duration theirs = other.duration();
    return algorithmInForce().equals(SLIDING_WINDOW)
        && other.algorithmInForce().equals(SLIDING_WINDOW)
        && ours != null
        && theirs != null
        && ours.compareTo(theirs) <= 0
        && isNoLater(countedWithinOrNull(), other.countedWithinOrNull());
  }

  /**
   * Says whether a call counts by the first no later than by the second; null is its completion.
   */
  private static boolean isNoLater(@Nullable Duration first, @Nullable Duration second) {
    return second == null || (first != null && first.compareTo(second) <= 0);
  }

  /** Returns the limit in words: {@code 100 per 15 minutes}. */
  String inWords() {
    StringBuilder words = new StringBuilder().append(limit);
    Duration duration = duration();
    if (Span.isCalendar(period)) {
      words.append(" per calendar ").append(oneLeftOut(Span.calendarInWords(period)));
      words.append(zone == null ? "" : " in " + zone);
    } else if (duration == null || duration.isZero()) {
      words.append(" at once");
    } else {
      words.append(" per ").append(oneLeftOut(Span.inWords(duration)));
      String counted = algorithmInForce();
      words.append(counted.equals(SLIDING_WINDOW) ? "" : ", " + counted);
    }
    if (capacity() != limit) {
      words.append(", burst ").append(capacity());
    }
    if (!offsetOrZero().isZero()) {
      words.append(", offset ").append(Span.inWords(offsetOrZero()));
    }
    Duration counted = countedWithinOrNull();
    if (counted != null) {
      words.append(", counted within ").append(Span.inWords(counted));
    }
    return words.toString();
  }

  private static String oneLeftOut(String words) {
    return words.matches("1 [a-z]+") ? words.substring(2) : words;
  }

  private String algorithmInForce() {
    if (Span.isCalendar(period)) {
      return FIXED_WINDOW;
    }
    return algorithm == null ? SLIDING_WINDOW : algorithm;
  }

  private @Nullable Period calendar() {
    return Span.isCalendar(period) ? Span.parseCalendar(period) : null;
  }

  private @Nullable Duration duration() {
    return Span.isCalendar(period) ? null : Span.parse(period);
  }

  private Duration offsetOrZero() {
    Duration span = offset == null ? null : Span.parse(offset);
    return span == null ? Duration.ZERO : span;
  }

  private ZoneId zoneOrUtc() {
    try {
      return zone == null ? UTC : ZoneId.of(zone);
    } catch (DateTimeException e) {
      return ZoneOffset.UTC;
    }
  }

  private @Nullable Duration countedWithinOrNull() {
    return countedWithin == null ? null : Span.parse(countedWithin);
  }
}
