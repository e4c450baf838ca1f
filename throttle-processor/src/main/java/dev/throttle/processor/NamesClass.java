package dev.throttle.processor;

import java.io.IOException;
import java.io.Writer;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.annotation.processing.Generated;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.PackageElement;
import javax.lang.model.util.Elements;

/**
 * The source of a class with a constant for each bucket that a package names.
 *
 * <p>The name of a constant depends on the names of the buckets alone, and never goes over from one
 * bucket to another: of names that would make the same constant, each gets part of its hash. It is
 * ASCII, and so is all else in the source: what encoding it is written in does not matter.
 */
final class NamesClass {

  private NamesClass() {}

  /**
   * Generates the class.
   *
   * @param limits the limits of each bucket, in words
   */
  static void generate(
      String simpleName,
      PackageElement home,
      SortedMap<String, String> limits,
      Element origin,
      ProcessingEnvironment environment)
      throws IOException {
    Elements elements = environment.getElementUtils();
    boolean marked =
        elements.getTypeElement(elements.getModuleOf(home), Generated.class.getCanonicalName())
            != null;
    StringBuilder constants = new StringBuilder();
    Map<String, String> names = constants(limits.keySet());
    limits.forEach(
        (bucket, words) ->
            constants.append(
                String.format(
                    Locale.ROOT,
                    """

                      /** %s: %s. */
                      public static final java.lang.String %s = "%s";
                    """,
                    inJavadoc(bucket),
                    inJavadoc(words),
                    names.get(bucket),
                    inLiteral(bucket))));
    try (Writer source =
        environment.getFiler().createSourceFile(qualified(home, simpleName), origin).openWriter()) {
      source.write(
          String.format(
              Locale.ROOT,
              """
              %s/** The buckets that the annotations of this package name; made by throttle-processor. */
              %spublic final class %s {

                /** Never called. */
                private %3$s() {}
              %s}
              """,
              home.isUnnamed() ? "" : "package " + home.getQualifiedName() + ";\n\n",
              marked
                  ? "@" + Generated.class.getCanonicalName() + "(\"" + processor() + "\")\n"
                  : "",
              simpleName,
              constants));
    }
  }

  static String qualified(PackageElement home, String simpleName) {
    return home.isUnnamed() ? simpleName : home.getQualifiedName() + "." + simpleName;
  }

  private static String processor() {
    return ThrottleProcessor.class.getCanonicalName();
  }

  /** Returns the name of each bucket's constant. */
  static Map<String, String> constants(Collection<String> buckets) {
    Map<String, String> constants = new TreeMap<>();
    buckets.stream()
        .collect(Collectors.groupingBy(NamesClass::constant))
        .forEach(
            (constant, equal) ->
                equal.forEach(
                    bucket ->
                        constants.put(
                            bucket, equal.size() == 1 ? constant : constant + suffix(bucket))));
    return constants;
  }

  private static String suffix(String bucket) {
    return "_" + Index.hash(bucket, 6).toUpperCase(Locale.ROOT);
  }

  private static String constant(String bucket) {
    String words =
        bucket
            .replaceAll("([a-z])([A-Z])", "$1_$2")
            .toUpperCase(Locale.ROOT)
            .replaceAll("[^A-Z0-9]+", "_")
            .replaceAll("^_|_$", "");
    if (words.isEmpty()) {
      return "BUCKET" + suffix(bucket);
    }
    return Character.isDigit(words.charAt(0)) ? "BUCKET_" + words : words;
  }

  private static String inLiteral(String text) {
    StringBuilder literal = new StringBuilder();
    text.chars()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                literal.append('\\').append((char) c);
              } else if (isAscii(c)) {
                literal.append((char) c);
              } else {
                literal.append(String.format(Locale.ROOT, "\\u%04x", c));
              }
            });
    return literal.toString();
  }

  private static String inJavadoc(String text) {
    StringBuilder javadoc = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (isAscii(c) && "&<>@*{}\\".indexOf(c) < 0) {
                javadoc.append((char) c);
              } else {
                javadoc.append("&#").append(c).append(';');
              }
            });
    return javadoc.toString();
  }

  private static boolean isAscii(int c) {
    return c < 128;
  }
}
