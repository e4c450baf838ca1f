package dev.throttle.processor;

import java.util.List;

/** Checks one {@code @Throttle} by itself: each attribute that was written, and its limits. */
final class AttributeChecks {

  /** What describes the bucket would be ignored where the bucket is only named. */
  private static final List<String> PARTS_OF_DEFINITION =
      List.of(
          Declaration.ALGORITHM,
          Declaration.BURST,
          Declaration.OFFSET,
          Declaration.ZONE,
          Declaration.ALSO,
          Declaration.RESERVE,
          Declaration.COUNTED_WITHIN,
          Declaration.MAX_QUEUE);

  private final Report report;
  private final LimitChecks limits;

  AttributeChecks(Report report) {
    this.report = report;
    this.limits = new LimitChecks(report);
  }

  void check(Declaration declaration) {
    checkName(declaration);
    if (declaration.isDefinition()) {
      checkDefinition(declaration);
    } else {
      checkPartsOfDefinition(declaration);
    }
    declaration.also().forEach(limits::check);
    limits.checkSpan(
        declaration,
        Declaration.MAX_WAIT,
        Diagnostic.BAD_MAX_WAIT,
        false,
        "write for example maxWait = \"PT5S\", \"PT0S\" to refuse at once, or leave maxWait out to"
            + " wait for ever");
    limits.checkAtLeast(
        declaration,
        Declaration.COST,
        1,
        Diagnostic.COST_BELOW_ONE,
        "write how many permits one call takes, or leave cost out for 1");
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

  private void checkDefinition(Declaration declaration) {
    if (!declaration.has(Declaration.PERIOD)) {
      report.declaration(
          Diagnostic.LIMIT_WITHOUT_PERIOD,
          declaration,
          Declaration.LIMIT,
          "a limit needs a period",
          "add the period, such as period = \"PT1M\"; for a limit of concurrency, period = \"PT0S\"");
    } else if (!declaration.has(Declaration.LIMIT)) {
      report.declaration(
          Diagnostic.PERIOD_WITHOUT_LIMIT,
          declaration,
          Declaration.PERIOD,
          "a period needs a limit",
          "add the limit, such as limit = 100, or leave the period out where the bucket is defined"
              + " elsewhere");
    }
    limits.check(declaration);
    limits.checkAtLeast(
        declaration,
        Declaration.MAX_QUEUE,
        0,
        Diagnostic.NEGATIVE_MAX_QUEUE,
        "write how many calls may wait, 0 for none, or leave maxQueue out for 100,000");
    Integer reserve = declaration.number(Declaration.RESERVE);
    if (reserve != null && (reserve < 0 || reserve > 99)) {
      report.declaration(
          Diagnostic.BAD_RESERVE,
          declaration,
          Declaration.RESERVE,
          "reserve is a percentage of the limit, from 0 to 99",
          "write for example reserve = 20, or leave reserve out to keep nothing back");
    }
  }

  private void checkPartsOfDefinition(Declaration declaration) {
    for (String part : PARTS_OF_DEFINITION) {
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
}
