package dev.throttle.processor;

import java.util.Map;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import org.jspecify.annotations.Nullable;

/**
 * One {@code @Throttle} as it was written; an attribute left out is null, whatever its default.
 *
 * <p>Code under annotation processing may be wrong in ways that javac reports by itself: an
 * attribute of the wrong type is null here too, so that one mistake makes one report.
 *
 * @param element what carries it
 * @param mirror the annotation
 */
record Declaration(Element element, AnnotationMirror mirror) {

  static final String NAME = "value";
  static final String LIMIT = "limit";
  static final String PERIOD = "period";
  static final String ALGORITHM = "algorithm";
  static final String COUNTED_WITHIN = "countedWithin";
  static final String MAX_WAIT = "maxWait";
  static final String MAX_QUEUE = "maxQueue";
  static final String COST = "cost";

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
    return value != null && value.getValue() instanceof String text ? text : null;
  }

  /** Returns the name of the enum constant, or null if left out. */
  @Nullable String constant(String attribute) {
    AnnotationValue value = value(attribute);
    return value != null && value.getValue() instanceof Element constant
        ? constant.getSimpleName().toString()
        : null;
  }
}
