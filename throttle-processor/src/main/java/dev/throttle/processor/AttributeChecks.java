package dev.throttle.processor;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks one declaration by itself: each attribute that was written, and which go together. */
final class AttributeChecks {

  private static final String ISO =
      "an ISO-8601 duration of hours, minutes and seconds, such as PT15M or PT0.5S";

  private final Report report;

  AttributeChecks(Report report) {
    this.report = report;
  }

  void check(Declaration declaration) {
    checkName(declaration);
    checkLimit(declaration);
    checkPeriod(declaration);
    checkMaxWait(declaration);
    checkCountedWithin(declaration);
    checkAtLeast(
        declaration,
        Declaration.MAX_QUEUE,
        0,
        Diagnostic.NEGATIVE_MAX_QUEUE,
        "write how many calls may wait, 0 for none, or leave maxQueue out for 100,000");
    checkPartsOfDefinition(declaration);
    checkAtLeast(
        declaration,
        Declaration.COST,
        1,
        Diagnostic.COST_BELOW_ONE,
        "write how many permits one call takes, or leave cost out for 1");
  }

  /** Returns what the declaration defines, or null if it only names a bucket or is wrong. */
  static @Nullable Definition definition(Declaration declaration) {
    String name = declaration.name();
    Integer limit = declaration.number(Declaration.LIMIT);
    String period = declaration.text(Declaration.PERIOD);
    if (name == null || !isName(name) || limit == null || limit < 1 || period == null) {
      return null;
    }
    Duration span = Span.isCalendar(period) ? null : Span.parse(period);
    return span == null || span.isNegative()
        ? null
        : new Definition(
            name,
            limit,
            period,
            declaration.constant(Declaration.ALGORITHM),
            declaration.text(Declaration.COUNTED_WITHIN),
            declaration.number(Declaration.MAX_QUEUE));
  }

  private void checkName(Declaration declaration) {
    String name = declaration.name();
    if (name != null && !isName(name)) {
      report.declaration(
          Diagnostic.BLANK_NAME,
          declaration,
          Declaration.NAME,
          name.isBlank()
              ? "the bucket's name must not be blank"
              : "the bucket's name must not hold control characters",
          "name the bucket, by host and path, such as \"api.foo.com/users\"");
    }
  }

  /** Says whether a bucket can have the name; control characters would break the index's lines. */
  static boolean isName(String name) {
    return !name.isBlank() && name.chars().noneMatch(Character::isISOControl);
  }

  private void checkLimit(Declaration declaration) {
    checkAtLeast(
        declaration,
        Declaration.LIMIT,
        1,
        Diagnostic.LIMIT_BELOW_ONE,
        "write how many permits there are per period, or leave limit and period out where the"
            + " bucket is defined elsewhere");
    boolean hasPeriod = declaration.has(Declaration.PERIOD);
    if (declaration.has(Declaration.LIMIT) && !hasPeriod) {
      report.declaration(
          Diagnostic.LIMIT_WITHOUT_PERIOD,
          declaration,
          Declaration.LIMIT,
          "a limit needs a period",
          "add the period, such as period = \"PT1M\"; for a limit of concurrency, period = \"PT0S\"");
    } else if (!declaration.has(Declaration.LIMIT) && hasPeriod) {
      report.declaration(
          Diagnostic.PERIOD_WITHOUT_LIMIT,
          declaration,
          Declaration.PERIOD,
          "a period needs a limit",
          "add the limit, such as limit = 100, or leave the period out where the bucket is defined"
              + " elsewhere");
    }
  }

  /** What describes the bucket would be ignored where the bucket is only named. */
  private void checkPartsOfDefinition(Declaration declaration) {
    if (declaration.has(Declaration.LIMIT) || declaration.has(Declaration.PERIOD)) {
      return;
    }
    for (String part :
        List.of(Declaration.ALGORITHM, Declaration.COUNTED_WITHIN, Declaration.MAX_QUEUE)) {
      if (declaration.has(part)) {
        report.declaration(
            Diagnostic.PART_WITHOUT_DEFINITION,
            declaration,
            part,
            part + " belongs to the definition of a bucket, and this declaration only names one",
            "move " + part + " to where limit and period are, or add them here");
      }
    }
  }

  private void checkPeriod(Declaration declaration) {
    String period = declaration.text(Declaration.PERIOD);
    if (period == null) {
      return;
    }
    Duration span = Span.parse(period);
    if (Span.isCalendar(period)) {
      report.declaration(
          Diagnostic.CALENDAR_PERIOD,
          declaration,
          Declaration.PERIOD,
          "days, weeks, months and years follow the calendar, which a later version will support;"
              + " accepted now are hours, minutes and seconds",
          span == null || span.isNegative()
              ? "write the period in hours, such as period = \"PT24H\" for any 24 hours"
              : "write period = \"" + span + "\" for any " + Span.inWords(span));
    } else if (span == null) {
      report.declaration(
          Diagnostic.BAD_PERIOD,
          declaration,
          Declaration.PERIOD,
          "the period must be " + ISO,
          "write for example period = \"PT1M\" for a minute");
    } else if (span.isNegative()) {
      report.declaration(
          Diagnostic.BAD_PERIOD,
          declaration,
          Declaration.PERIOD,
          "the period must not be negative",
          "write period = \"" + span.negated() + "\", or \"PT0S\" for a limit of concurrency");
    }
  }

  private void checkMaxWait(Declaration declaration) {
    checkSpan(
        declaration,
        Declaration.MAX_WAIT,
        Diagnostic.BAD_MAX_WAIT,
        false,
        "write for example maxWait = \"PT5S\", \"PT0S\" to refuse at once, or leave maxWait out to"
            + " wait for ever");
  }

  private void checkCountedWithin(Declaration declaration) {
    checkSpan(
        declaration,
        Declaration.COUNTED_WITHIN,
        Diagnostic.BAD_COUNTED_WITHIN,
        true,
        "write for example countedWithin = \"PT2S\", or leave countedWithin out for providers that"
            + " may count until the call is complete");
  }

  private void checkSpan(
      Declaration declaration,
      String attribute,
      Diagnostic diagnostic,
      boolean mustBePositive,
      String fix) {
    String text = declaration.text(attribute);
    if (text == null) {
      return;
    }
    Duration span = Span.parse(text);
    if (span == null) {
      report.declaration(diagnostic, declaration, attribute, attribute + " must be " + ISO, fix);
    } else if (span.isNegative()) {
      report.declaration(
          diagnostic, declaration, attribute, attribute + " must not be negative", fix);
    } else if (mustBePositive && span.isZero()) {
      report.declaration(
          diagnostic, declaration, attribute, attribute + " must be longer than zero", fix);
    }
  }

  private void checkAtLeast(
      Declaration declaration, String attribute, int least, Diagnostic diagnostic, String fix) {
    Integer number = declaration.number(attribute);
    if (number != null && number < least) {
      report.declaration(
          diagnostic, declaration, attribute, attribute + " must be at least " + least, fix);
    }
  }
}
