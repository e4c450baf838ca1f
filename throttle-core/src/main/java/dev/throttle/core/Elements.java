package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;

import dev.throttle.annotation.Algorithm;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.time.temporal.TemporalAmount;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The values that somebody gave to elements, of a bucket or of one of its limits. */
final class Elements {

  private static final ZoneId UTC = ZoneId.of("UTC");

  private final Map<Element<?>, Object> values = new HashMap<>();

  /** Returns the elements that make this limit; what is as it would be by itself is left out. */
  static Elements of(Limit limit) {
    Elements elements = new Elements();
    elements.set(Element.LIMIT, limit.permits());
    elements.set(Element.PERIOD, limit.period());
    elements.set(Element.ALGORITHM, limit.algorithm());
    elements.set(Element.BURST, limit.burst() == limit.permits() ? null : limit.burst());
    elements.set(Element.COUNTED_WITHIN, limit.countedWithin());
    elements.set(Element.RESERVE, limit.reserve());
    elements.set(Element.GUARD, limit.guard());
    elements.set(Element.MAX_HOLD, limit.maxHold());
    Windows windows = limit.windows();
    if (windows != null) {
      elements.set(Element.OFFSET, windows.offset().isZero() ? null : windows.offset());
      if (windows.calendar() != null) {
        elements.set(Element.PERIOD, windows.calendar());
        elements.set(Element.ALGORITHM, null);
        elements.set(Element.ZONE, windows.zone().equals(UTC) ? null : windows.zone());
      }
    }
    return elements;
  }

  /**
   * Returns the limit that these elements make; those of the bucket are used where one has none.
   */
  Limit limit(Elements ofBucket) {
    int permits = Objects.requireNonNull(get(Element.LIMIT));
    TemporalAmount period = Objects.requireNonNull(get(Element.PERIOD));
    boolean calendar = period instanceof Period;
    Algorithm algorithm =
        get(Element.ALGORITHM, calendar ? Algorithm.FIXED_WINDOW : Algorithm.SLIDING_WINDOW);
    if (calendar && algorithm != Algorithm.FIXED_WINDOW) {
      throw badArgument(
          "a calendar quota (period %s) is a FIXED_WINDOW, but algorithm was %s. Leave it out.",
          period, algorithm);
    }
    if (!calendar && has(Element.ZONE)) {
      throw badArgument(
          "zone belongs to a calendar quota such as P1D, but period was %s. Leave it out.", period);
    }
    if (algorithm != Algorithm.FIXED_WINDOW && has(Element.OFFSET)) {
      throw badArgument(
          "offset belongs to FIXED_WINDOW, but algorithm was %s. Leave it out.", algorithm);
    }
    Windows windows = algorithm == Algorithm.FIXED_WINDOW ? windows(period) : null;
    return new Limit(
        permits,
        windows == null ? Duration.from(period) : windows.length(),
        algorithm,
        get(Element.BURST, permits),
        windows,
        get(Element.RESERVE, ofBucket.get(Element.RESERVE, 0)),
        get(Element.COUNTED_WITHIN),
        get(Element.GUARD, ofBucket.get(Element.GUARD, Limit.DEFAULT_GUARD)),
        get(Element.MAX_HOLD, ofBucket.get(Element.MAX_HOLD, Limit.DEFAULT_MAX_HOLD)));
  }

  private Windows windows(TemporalAmount period) {
    Windows windows =
        period instanceof Period calendar
            ? Windows.of(calendar, get(Element.ZONE, UTC))
            : Windows.of(Duration.from(period));
    return windows.withOffset(get(Element.OFFSET, Duration.ZERO));
  }

  /**
   * Adds what an annotation says, or the index of one.
   *
   * @param leftOut what stands where nothing was written
   * @throws IllegalArgumentException if the element does not allow it
   */
  Elements with(Element<?> element, Object written, Object leftOut) {
    if (!written.equals(leftOut)) {
      values.put(element, element.require(written.toString()));
    }
    return this;
  }

  /** Sets a value that the element allows, or none. */
  void set(Element<?> element, @Nullable Object value) {
    if (value == null) {
      values.remove(element);
    } else {
      values.put(element, value);
    }
  }

  boolean has(Element<?> element) {
    return values.containsKey(element);
  }

  @SuppressWarnings("unchecked") // each value is what its element says
  <T> @Nullable T get(Element<T> element) {
    return (T) values.get(element);
  }

  <T> T get(Element<T> element, T leftOut) {
    return Objects.requireNonNullElse(get(element), leftOut);
  }

  /** Returns whether any of them says what the bucket is. */
  boolean define() {
    return values.keySet().stream().anyMatch(Element::isOfDefinition);
  }

  void forEach(BiConsumer<Element<?>, Object> action) {
    values.forEach(action);
  }
}
