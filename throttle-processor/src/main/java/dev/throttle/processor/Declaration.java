package dev.throttle.processor;

import java.util.List;
import java.util.Map;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import org.jspecify.annotations.Nullable;

/**
 * One annotation of ours as it was written: a {@code @Throttle}, a {@code @Limit} in one, a
 * {@code @ThrottleKey} or {@code @ThrottleCost}. An attribute left out is null, whatever its
 * default.
 *
 * <p>Code under annotation processing may be wrong in ways that javac reports by itself: an
 * attribute of the wrong type is null here too, so that one mistake makes one report.
 *
 * @param element what carries it
 * @param mirror the annotation
 * @param within the {@code @Throttle} that a {@code @Limit} is written in
 */
record Declaration(Element element, AnnotationMirror mirror, @Nullable Declaration within) {

  static final String NAME = "value";
  static final String LIMIT = "limit";
  static final String PERIOD = "period";
  static final String ALGORITHM = "algorithm";
  static final String BURST = "burst";
  static final String OFFSET = "offset";
  static final String ZONE = "zone";
  static final String ALSO = "also";
  static final String RESERVE = "reserve";
  static final String COUNTED_WITHIN = "countedWithin";
  static final String MAX_WAIT = "maxWait";
  static final String MAX_QUEUE = "maxQueue";
  static final String COST = "cost";
  static final String PRIORITY = "priority";
  static final String FAIR_BY = "fairBy";

  /** What javac and Eclipse make of a constant that is not there, or not there yet. */
  private static final String UNKNOWN = "<error>";

  /** Of a key or a cost: the property of the parameter. */
  static final String PATH = "value";

  /** Of a key: what {@link #FAIR_BY} calls it. */
  static final String KEY_NAME = "name";

  /** Of a key or a cost. */
  static final String BUCKETS = "buckets";

  Declaration(Element element, AnnotationMirror mirror) {
    this(element, mirror, null);
  }

  @Nullable String name() {
    return text(NAME);
  }

  boolean has(String attribute) {
    return value(attribute) != null;
  }

  @Nullable AnnotationValue value(String attribute) {
    for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> entry :
        mirror.getElementValues().entrySet()) {
      if (entry.getKey().getSimpleName().contentEquals(attribute)) {
        return entry.getValue();
      }
    }
    return null;
  }

  @Nullable Integer number(String attribute) {
    AnnotationValue value = value(attribute);
    return value != null && value.getValue() instanceof Integer number ? number : null;
  }

  @Nullable String text(String attribute) {
    AnnotationValue value = value(attribute);
    return value == null ? null : text(value);
  }

  /** Returns the text that the value is, or null if it is none. */
  static @Nullable String text(AnnotationValue value) {
    return value.getValue() instanceof String text && !text.equals(UNKNOWN) ? text : null;
  }

  /** Returns the name of the enum constant, or null if left out. */
  @Nullable String constant(String attribute) {
    AnnotationValue value = value(attribute);
    return value != null && value.getValue() instanceof Element constant
        ? constant.getSimpleName().toString()
        : null;
  }

  /** Returns the entries of an array; none if it is left out. */
  List<AnnotationValue> entries(String attribute) {
    AnnotationValue value = value(attribute);
    return value != null && value.getValue() instanceof List<?> list
        ? list.stream()
            .filter(AnnotationValue.class::isInstance)
            .map(AnnotationValue.class::cast)
            .toList()
        : List.of();
  }

  /** Returns the further limits of the same bucket, in the order of writing. */
  List<Declaration> also() {
    return entries(ALSO).stream()
        .map(AnnotationValue::getValue)
        .filter(AnnotationMirror.class::isInstance)
        .map(limit -> new Declaration(element, (AnnotationMirror) limit, this))
        .toList();
  }

  /** Says whether it has limit or period, right or wrong, and so means to define its bucket. */
  boolean isDefinition() {
    return has(LIMIT) || has(PERIOD);
  }

  /** Returns the key between whose values its calls take turns, or null. */
  @Nullable String fairBy() {
    String key = text(FAIR_BY);
    return key == null || key.isEmpty() ? null : key;
  }

  /** Returns the simple name of the annotation: {@code Throttle}, {@code Limit}. */
  String kind() {
    return mirror.getAnnotationType().asElement().getSimpleName().toString();
  }
}
