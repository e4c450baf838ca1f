package dev.throttle.processor;

import java.util.Locale;
import javax.tools.Diagnostic.Kind;

/**
 * What the processor can say; each has a section in {@code docs/diagnostics.md}.
 *
 * <p>The numbers are public: people search for them and suppress by them. A number is never used
 * again for something else.
 */
enum Diagnostic {
  INTERNAL_ERROR(0, Kind.ERROR),
  BLANK_NAME(1, Kind.ERROR),
  LIMIT_WITHOUT_PERIOD(2, Kind.ERROR),
  LIMIT_BELOW_ONE(3, Kind.ERROR),
  PERIOD_WITHOUT_LIMIT(4, Kind.ERROR),
  BAD_PERIOD(5, Kind.ERROR),
  BAD_CALENDAR_PERIOD(6, Kind.ERROR),
  BAD_MAX_WAIT(7, Kind.ERROR),
  BAD_COUNTED_WITHIN(8, Kind.ERROR),
  NEGATIVE_MAX_QUEUE(9, Kind.ERROR),
  COST_BELOW_ONE(10, Kind.ERROR),
  COST_ABOVE_LIMIT(11, Kind.ERROR),
  TWO_DEFINITIONS(12, Kind.ERROR),
  OTHER_DEFINITION_IN_DEPENDENCY(13, Kind.ERROR),
  DEFINED_NOWHERE(14, Kind.ERROR),
  NATIVE_METHOD(15, Kind.ERROR),
  ANNOTATION_ELEMENT(16, Kind.ERROR),
  RECORD_COMPONENT(17, Kind.ERROR),
  OBJECT_METHOD(18, Kind.ERROR),
  FOREIGN_FUTURE(19, Kind.ERROR),
  NOTHING_TO_THROTTLE(20, Kind.WARNING),
  ANNOTATIONS_NOT_READABLE(21, Kind.ERROR),
  PART_WITHOUT_DEFINITION(22, Kind.ERROR),
  BAD_BURST(23, Kind.ERROR),
  BAD_OFFSET(24, Kind.ERROR),
  BAD_ZONE(25, Kind.ERROR),
  BAD_RESERVE(26, Kind.ERROR),
  ALGORITHM_OF_PERIOD(27, Kind.ERROR),
  COST_ABOVE_RESERVE(28, Kind.ERROR),
  PARAMETER_OF_NO_BUCKET(29, Kind.ERROR),
  BUCKET_NOT_PASSED(30, Kind.ERROR),
  NO_SUCH_PROPERTY(31, Kind.ERROR),
  BAD_COST_TYPE(32, Kind.ERROR),
  TWO_COSTS(33, Kind.ERROR),
  FIXED_COST_TOO(34, Kind.ERROR),
  BAD_KEY_TYPE(35, Kind.ERROR),
  NO_SUCH_KEY(36, Kind.ERROR),
  TWO_KEYS_OF_ONE_NAME(37, Kind.ERROR),
  KEYED_AND_NOT(38, Kind.ERROR),
  UNKNOWN_INDEX_VERSION(39, Kind.ERROR),
  METHOD_REFERENCE(40, Kind.WARNING),
  OVERRIDDEN_WITHOUT(41, Kind.WARNING),
  DECLARED_AGAIN(42, Kind.WARNING),
  NEVER_BINDS(43, Kind.WARNING),
  BAD_NAMES_OPTION(44, Kind.ERROR);

  private final int number;
  private final Kind kind;

  Diagnostic(int number, Kind kind) {
    this.number = number;
    this.kind = kind;
  }

  String id() {
    return String.format(Locale.ROOT, "THROTTLE-%03d", number);
  }

  Kind kind() {
    return kind;
  }
}
