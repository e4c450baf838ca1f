package dev.throttle.processor;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Checks the keys and costs on the parameters of methods, and {@code fairBy}, which names keys. */
final class ParameterChecks {

  private static final Set<String> NUMBERS =
      Set.of("java.lang.Integer", "java.lang.Long", "java.lang.Short", "java.lang.Byte");

  private final Elements elements;
  private final Types types;
  private final Report report;

  ParameterChecks(Elements elements, Types types, Report report) {
    this.elements = elements;
    this.types = types;
    this.report = report;
  }

  void check(ThrottledType type) {
    Map<Element, ThrottledMethod> throttled = new HashMap<>();
    type.methods().forEach(method -> throttled.put(method.method(), method));
    for (Element element : type.type().getEnclosedElements()) {
      if (element instanceof ExecutableElement method) {
        ThrottledMethod passing = throttled.get(method);
        List<Declaration> marks = Declarations.onParametersOf(method);
        if (passing != null) {
          check(passing, marks);
        } else if (!marks.isEmpty()) {
          reportUnthrottled(marks.get(0));
        }
      }
    }
  }

  private void check(ThrottledMethod method, List<Declaration> marks) {
    Set<String> keyNames = new HashSet<>();
    Set<String> paid = new HashSet<>();
    boolean fair = checkFairBy(method, marks);
    for (Declaration mark : marks) {
      boolean known = checkBuckets(method, mark);
      checkProperty(mark);
      if (Declarations.isKey(mark)) {
        String name = mark.text(Declaration.KEY_NAME);
        if (name != null && !name.isEmpty() && !keyNames.add(name)) {
          report.declaration(
              Diagnostic.TWO_KEYS_OF_ONE_NAME,
              mark,
              Declaration.KEY_NAME,
              "another key of this method has the same name",
              "give each key a name of its own; keys of one bucket are one composite key anyway");
        }
      } else if (known) {
        checkPaidOnce(method, mark, paid);
      }
      if (known && fair && !isUsed(method, mark)) {
        reportUnused(method, mark);
      }
    }
  }

  private void reportUnthrottled(Declaration mark) {
    report.declaration(
        Diagnostic.PARAMETER_OF_NO_BUCKET,
        mark,
        Declaration.PATH,
        "the method is not throttled",
        "add @Throttle to the method or its type, or remove @" + mark.kind());
  }

  /** Returns whether each bucket that the key or cost names is one that the method passes. */
  private boolean checkBuckets(ThrottledMethod method, Declaration mark) {
    boolean known = true;
    for (AnnotationValue entry : mark.entries(Declaration.BUCKETS)) {
      String name = Declaration.text(entry);
      if (name != null && !method.buckets().contains(name)) {
        known = false;
        report.entry(
            Diagnostic.BUCKET_NOT_PASSED,
            mark,
            Declaration.BUCKETS,
            entry,
            "the method does not pass a bucket of this name"
                + Nearest.question(name, method.buckets()),
            "name one that it passes ("
                + String.join(", ", method.buckets())
                + "), or leave buckets out for all that the method itself declares");
      }
    }
    return known;
  }

  private void checkProperty(Declaration mark) {
    String path = mark.text(Declaration.PATH);
    Property property =
        Property.follow(mark.element().asType(), path == null ? "" : path, elements, types);
    TypeMirror type = property.type();
    if (property.problem() != null) {
      report.declaration(
          Diagnostic.NO_SUCH_PROPERTY,
          mark,
          Declaration.PATH,
          property.problem(),
          "name a record component, a public method without parameters (x(), getX() or isX() for"
              + " x), or a public field");
    } else if (type != null && Declarations.isKey(mark) && type.getKind() == TypeKind.ARRAY) {
      report.declaration(
          Diagnostic.BAD_KEY_TYPE,
          mark,
          Declaration.PATH,
          "keys are told apart by equals, and arrays (" + Report.called(type) + ") have none",
          "take something that has equals and hashCode, such as a String, a number or a List");
    } else if (type != null && !Declarations.isKey(mark) && !isNumber(type)) {
      report.declaration(
          Diagnostic.BAD_COST_TYPE,
          mark,
          Declaration.PATH,
          "a cost is an int, long, short, byte or one of their boxes, and not "
              + Report.called(type),
          "name the property that is the number of permits, such as @ThrottleCost(\"maxTokens\")");
    }
  }

  private static boolean isNumber(TypeMirror type) {
    return switch (type.getKind()) {
      case INT, LONG, SHORT, BYTE -> true;
      case DECLARED -> NUMBERS.contains(((DeclaredType) type).asElement().toString());
      default -> false;
    };
  }

  private void checkPaidOnce(ThrottledMethod method, Declaration mark, Set<String> paid) {
    for (String bucket : method.bucketsOf(mark)) {
      if (!paid.add(bucket)) {
        report.declaration(
            Diagnostic.TWO_COSTS,
            mark,
            Declaration.PATH,
            "another parameter is the cost of bucket '" + bucket + "' already",
            "say by buckets = \"...\" which cost is whose, or remove one");
        return;
      }
      for (Declarations.Use use : method.uses()) {
        Declaration fixed = use.declaration();
        if (bucket.equals(fixed.name()) && fixed.has(Declaration.COST)) {
          report.declaration(
              Diagnostic.FIXED_COST_TOO,
              mark,
              Declaration.PATH,
              "bucket '" + bucket + "' has a fixed cost of " + fixed.value(Declaration.COST),
              "remove that cost, or say by buckets = \"...\" whose cost the parameter is");
          return;
        }
      }
    }
  }

  /** Returns whether each key that the method's own declarations name is there. */
  private boolean checkFairBy(ThrottledMethod method, List<Declaration> marks) {
    boolean fair = true;
    for (Declarations.Use use : method.own()) {
      Declaration declaration = use.declaration();
      String key = declaration.fairBy();
      // A shared declaration need not fit each method: calls of one without the key are one flow.
      if (key != null
          && declaration.element().equals(method.method())
          && marks.stream().noneMatch(mark -> isKeyOfName(mark, key))) {
        fair = false;
        report.declaration(
            Diagnostic.NO_SUCH_KEY,
            declaration,
            Declaration.FAIR_BY,
            "no parameter of the method is a key of this name"
                + Nearest.question(key, namesOf(marks)),
            "name a key, such as @ThrottleKey(name = \"" + key + "\") on the parameter");
      }
    }
    return fair;
  }

  private static List<String> namesOf(List<Declaration> marks) {
    return marks.stream()
        .map(mark -> mark.text(Declaration.KEY_NAME))
        .flatMap(Stream::ofNullable)
        .toList();
  }

  private static boolean isKeyOfName(Declaration mark, String name) {
    return Declarations.isKey(mark) && name.equals(mark.text(Declaration.KEY_NAME));
  }

  private static boolean isUsed(ThrottledMethod method, Declaration mark) {
    // Without a name, javac says that it is missing or wrong.
    return !method.bucketsOf(mark).isEmpty()
        || mark.entries(Declaration.BUCKETS).stream()
            .map(Declaration::text)
            .anyMatch(Objects::isNull)
        || method.uses().stream().anyMatch(use -> use.declaration().name() == null)
        || method.uses().stream()
            .map(use -> use.declaration().fairBy())
            .anyMatch(key -> key != null && isKeyOfName(mark, key));
  }

  private void reportUnused(ThrottledMethod method, Declaration mark) {
    report.declaration(
        Diagnostic.PARAMETER_OF_NO_BUCKET,
        mark,
        Declaration.PATH,
        method.own().isEmpty()
            ? "it is for the buckets that the method itself declares, and there are none"
            : "it is for no bucket, since each that the method itself declares has fairBy",
        "name those of the type too, such as buckets = \"" + method.buckets().get(0) + "\"");
  }
}
