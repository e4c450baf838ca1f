package dev.throttle.processor;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Checks one limit by itself, that of a {@code @Throttle} or a {@code @Limit} in one: each
 * attribute that was written, and which go together.
 */
final class LimitChecks {

  private static final String ISO =
      "an ISO-8601 duration of hours, minutes and seconds, such as PT15M or PT0.5S";

  private final Report report;

  LimitChecks(Report report) {
    this.report = report;
  }

  void check(Declaration declaration) {
    checkAtLeast(
        declaration,
        Declaration.LIMIT,
        1,
        Diagnostic.LIMIT_BELOW_ONE,
        declaration.within() == null
            ? "write how many permits there are per period, or leave limit and period out where the"
                + " bucket is defined elsewhere"
            : "write how many permits there are per period");
    checkPeriod(declaration);
    String written = declaration.text(Declaration.PERIOD);
    String period = written != null && Span.isPeriod(written) ? written : null;
    String algorithm = declaration.constant(Declaration.ALGORITHM);
    if (algorithm == null && declaration.has(Declaration.ALGORITHM)) {
      period = null; // javac reports the algorithm; what goes with it is not known
    }
    checkAlgorithm(declaration, period, algorithm);
    checkBurst(declaration, period, algorithm);
    checkOffset(declaration, period, algorithm);
    checkZone(declaration, period);
    checkCountedWithin(declaration, period);
  }

  private void checkPeriod(Declaration declaration) {
    String period = declaration.text(Declaration.PERIOD);
    if (period == null || Span.isPeriod(period)) {
      return;
    }
    Duration span = Span.parse(period);
    if (Span.isCalendar(period)) {
      report.declaration(
          Diagnostic.BAD_CALENDAR_PERIOD,
          declaration,
          Declaration.PERIOD,
          "a calendar quota is a number from 1 to 9999 of only one of days, weeks, months and years",
          span == null || span.isNegative() || span.isZero()
              ? "write for example period = \"P1D\" or \"P1M\", or \"PT24H\" for any 24 hours"
              : "write for example period = \"P1D\" for each day of the calendar, or \""
                  + span
                  + "\" for any "
                  + Span.inWords(span));
    } else if (span == null) {
      report.declaration(
          Diagnostic.BAD_PERIOD,
          declaration,
          Declaration.PERIOD,
          "the period must be " + ISO + Nearest.question(Span.meantBy(period)),
          "write for example period = \"PT1M\" for a minute");
    } else {
      report.declaration(
          Diagnostic.BAD_PERIOD,
          declaration,
          Declaration.PERIOD,
          "the period must not be negative",
          "write period = \"" + span.negated() + "\", or \"PT0S\" for a limit of concurrency");
    }
  }

  // In the following, a period of null says that nothing can be said of what goes together.

  private void checkAlgorithm(
      Declaration declaration, @Nullable String period, @Nullable String algorithm) {
    if (period == null || algorithm == null) {
      return;
    }
    Duration length = Span.usualLength(period);
    if (Span.isCalendar(period) && !algorithm.equals(WrittenLimit.FIXED_WINDOW)) {
      report.declaration(
          Diagnostic.ALGORITHM_OF_PERIOD,
          declaration,
          Declaration.ALGORITHM,
          "period = \"" + period + "\" is a calendar quota, which is a fixed window",
          "leave algorithm out, or write period = \""
              + length
              + "\" for any "
              + Span.inWords(length));
    } else if (length.isZero() && !algorithm.equals(WrittenLimit.SLIDING_WINDOW)) {
      report.declaration(
          Diagnostic.ALGORITHM_OF_PERIOD,
          declaration,
          Declaration.ALGORITHM,
          "a limit of concurrency (period PT0S) has no other algorithm than SLIDING_WINDOW",
          "leave algorithm out, or write a period longer than zero");
    }
  }

  private void checkBurst(
      Declaration declaration, @Nullable String period, @Nullable String algorithm) {
    boolean right =
        checkAtLeast(
            declaration,
            Declaration.BURST,
            1,
            Diagnostic.BAD_BURST,
            "write the most permits that gather, or leave burst out for as many as limit");
    if (right && period != null && !WrittenLimit.hasBurst(algorithm)) {
      report.declaration(
          Diagnostic.BAD_BURST,
          declaration,
          Declaration.BURST,
          "burst belongs to TOKEN_BUCKET and LEAKY_BUCKET",
          "leave burst out, or add algorithm = Algorithm.TOKEN_BUCKET for a provider that lets"
              + " unused permits gather");
    }
  }

  private void checkOffset(
      Declaration declaration, @Nullable String period, @Nullable String algorithm) {
    Duration offset =
        checkSpan(
            declaration,
            Declaration.OFFSET,
            Diagnostic.BAD_OFFSET,
            false,
            "write for example offset = \"PT6H\", or leave offset out");
    if (offset == null || period == null) {
      return;
    }
    Duration length = Span.usualLength(period);
    if (!Span.isCalendar(period) && !Objects.equals(algorithm, WrittenLimit.FIXED_WINDOW)) {
      report.declaration(
          Diagnostic.BAD_OFFSET,
          declaration,
          Declaration.OFFSET,
          "offset belongs to a FIXED_WINDOW or a calendar quota, whose windows begin at fixed times",
          "leave offset out, or add algorithm = Algorithm.FIXED_WINDOW for a provider that counts in"
              + " such windows");
    } else if (!length.isZero() && offset.compareTo(length) >= 0) {
      report.declaration(
          Diagnostic.BAD_OFFSET,
          declaration,
          Declaration.OFFSET,
          "offset must be shorter than the period (" + Span.periodInWords(period) + ")",
          "write how much later than the period's own begin the provider's windows begin");
    }
  }

  private void checkZone(Declaration declaration, @Nullable String period) {
    String zone = declaration.text(Declaration.ZONE);
    if (zone == null) {
      return;
    }
    if (!isZone(zone)) {
      report.declaration(
          Diagnostic.BAD_ZONE,
          declaration,
          Declaration.ZONE,
          "there is no such time zone" + Nearest.question(nearestZone(zone)),
          "write a name of the time zone database, such as zone = \"America/New_York\", or leave"
              + " zone out for UTC");
    } else if (period != null && !Span.isCalendar(period)) {
      report.declaration(
          Diagnostic.BAD_ZONE,
          declaration,
          Declaration.ZONE,
          "zone belongs to a calendar quota, such as period = \"P1D\"",
          "leave zone out, or write a period of days, weeks, months or years");
    }
  }

  /** Returns the zone of the nearest name, or of the city that is named alone; or null. */
  private static @Nullable String nearestZone(String wrong) {
    Map<String, String> byName = new TreeMap<>();
    for (String zone : new TreeSet<>(ZoneId.getAvailableZoneIds())) {
      byName.put(zone, zone);
      byName.putIfAbsent(zone.substring(zone.lastIndexOf('/') + 1), zone);
    }
    String name = wrong.strip().replace(' ', '_');
    String nearest = byName.containsKey(name) ? name : Nearest.to(name, byName.keySet());
    return nearest == null ? null : byName.get(nearest);
  }

  private static boolean isZone(String text) {
    try {
      return ZoneId.of(text) != null;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private void checkCountedWithin(Declaration declaration, @Nullable String period) {
    Duration countedWithin =
        checkSpan(
            declaration,
            Declaration.COUNTED_WITHIN,
            Diagnostic.BAD_COUNTED_WITHIN,
            true,
            "write for example countedWithin = \"PT2S\", or leave countedWithin out for providers"
                + " that may count until the call is complete");
    if (countedWithin != null && period != null && Span.usualLength(period).isZero()) {
      report.declaration(
          Diagnostic.BAD_COUNTED_WITHIN,
          declaration,
          Declaration.COUNTED_WITHIN,
          "a limit of concurrency (period PT0S) counts a call until it is complete",
          "leave countedWithin out");
    }
  }

  /** Returns the duration, or null if there is none or a wrong one. */
  @Nullable Duration checkSpan(
      Declaration declaration,
      String attribute,
      Diagnostic diagnostic,
      boolean mustBePositive,
      String fix) {
    String text = declaration.text(attribute);
    if (text == null) {
      return null;
    }
    Duration span = Span.parse(text);
    String rule =
        span == null
            ? " must be " + ISO + Nearest.question(Span.meantBy(text))
            : span.isNegative()
                ? " must not be negative"
                : mustBePositive && span.isZero() ? " must be longer than zero" : null;
    if (rule != null) {
      report.declaration(diagnostic, declaration, attribute, attribute + rule, fix);
    }
    return rule == null ? span : null;
  }

  /** Returns whether there is a number, and a right one. */
  boolean checkAtLeast(
      Declaration declaration, String attribute, int least, Diagnostic diagnostic, String fix) {
    Integer number = declaration.number(attribute);
    if (number != null && number < least) {
      report.declaration(
          diagnostic, declaration, attribute, attribute + " must be at least " + least, fix);
    }
    return number != null && number >= least;
  }
}
