package dev.throttle.processor;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The text of {@code META-INF/throttle/index.tsv}, whose format is in {@code docs/index-format.md}.
 *
 * <p>Lines of tab-separated fields, sorted, so that equal sources make equal bytes. Names with
 * control characters never get this far, hence nothing is escaped.
 */
final class Index {

  static final String PATH = "META-INF/throttle/index.tsv";

  /**
   * Where the buckets are found by name. javac reads from a jar only those directories whose names
   * are identifiers, so META-INF is out; and a directory whose name can be a package would belong
   * to one named module alone, so one part is a keyword, which is an identifier to the former, and
   * no package to the latter.
   */
  private static final String BUCKETS = "dev/throttle/public/";

  private static final String HEADER = "throttle-index\t1\n";
  private static final String BUCKET = "bucket";

  private final SortedSet<String> buckets = new TreeSet<>();
  private final SortedSet<String> methods = new TreeSet<>();
  private final SortedSet<String> markers = new TreeSet<>();

  /** Returns where the definition of a bucket is, once more, to be found by its name alone. */
  static String bucketPath(String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return BUCKETS + HexFormat.of().formatHex(hash, 0, 16) + ".tsv";
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  static String bucketText(Definition definition) {
    return HEADER + line(definition);
  }

  /** Returns the definitions in the text of an index or of a bucket's file. */
  static List<Definition> readDefinitions(String text) {
    return text.lines().map(Index::readDefinition).flatMap(Stream::ofNullable).toList();
  }

  void addBucket(Definition definition) {
    buckets.add(line(definition));
  }

  void addMethod(
      ThrottledMethod.Kind kind,
      String type,
      String method,
      String descriptor,
      List<String> bucketNames) {
    List<String> fields = new ArrayList<>(List.of("method", kind.name(), type, method, descriptor));
    fields.addAll(bucketNames);
    methods.add(String.join("\t", fields) + "\n");
  }

  void addMarker(String type) {
    markers.add("marker\t" + type + "\n");
  }

  boolean isEmpty() {
    return buckets.isEmpty() && methods.isEmpty();
  }

  String text() {
    StringBuilder text = new StringBuilder(HEADER);
    buckets.forEach(text::append);
    methods.forEach(text::append);
    markers.forEach(text::append);
    return text.toString();
  }

  private static String line(Definition definition) {
    return String.join(
            "\t",
            BUCKET,
            definition.name(),
            Integer.toString(definition.limit()),
            definition.period(),
            orEmpty(definition.algorithm()),
            orEmpty(definition.countedWithin()),
            orEmpty(definition.maxQueue()))
        + "\n";
  }

  private static @Nullable Definition readDefinition(String line) {
    String[] fields = line.split("\t", -1);
    return fields.length < 7 || !fields[0].equals(BUCKET)
        ? null
        : new Definition(
            fields[1],
            Integer.parseInt(fields[2]),
            fields[3],
            orNull(fields[4]),
            orNull(fields[5]),
            fields[6].isEmpty() ? null : Integer.valueOf(fields[6]));
  }

  private static String orEmpty(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private static @Nullable String orNull(String field) {
    return field.isEmpty() ? null : field;
  }
}
