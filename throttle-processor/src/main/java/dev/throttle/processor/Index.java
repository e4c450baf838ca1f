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

  /** The version of the format that is written, and the only one that is read. */
  static final String VERSION = "2";

  private static final String HEADER_FIELD = "throttle-index";
  private static final String HEADER = HEADER_FIELD + "\t" + VERSION + "\n";
  private static final String BUCKET = "bucket";

  /** How many fields of a bucket stand before its limits, and how many each limit has. */
  private static final int BUCKET_FIELDS = 5;

  private static final int LIMIT_FIELDS = 7;

  private final SortedSet<String> buckets = new TreeSet<>();
  private final SortedSet<String> methods = new TreeSet<>();
  private final SortedSet<String> markers = new TreeSet<>();

  /** Returns where the definition of a bucket is, once more, to be found by its name alone. */
  static String bucketPath(String name) {
    return BUCKETS + hash(name, 32) + ".tsv";
  }

  /** Returns the first so many hexadecimal digits of the name's hash. */
  static String hash(String name, int digits) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, digits);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  static String bucketText(Definition definition) {
    return HEADER + line(definition);
  }

  /** Returns the first version in the text that is not ours, or null. */
  static @Nullable String unknownVersion(String text) {
    return lines(text, HEADER_FIELD)
        .map(fields -> fields[1])
        .filter(version -> !version.equals(VERSION))
        .findFirst()
        .orElse(null);
  }

  /** Returns the names of the buckets, which stand in the same place in every version. */
  static List<String> readNames(String text) {
    return lines(text, BUCKET).map(fields -> fields[1]).toList();
  }

  /** Returns the definitions in the text of an index or of a bucket's file of our version. */
  static List<Definition> readDefinitions(String text) {
    return lines(text, BUCKET).map(Index::readDefinition).toList();
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
    List<String> fields =
        new ArrayList<>(
            List.of(
                BUCKET,
                definition.name(),
                orEmpty(definition.maxQueue()),
                orEmpty(definition.reserve()),
                orEmpty(definition.keyed())));
    for (WrittenLimit limit : definition.limits()) {
      fields.add(Integer.toString(limit.limit()));
      fields.add(limit.period());
      fields.add(orEmpty(limit.algorithm()));
      fields.add(orEmpty(limit.burst()));
      fields.add(orEmpty(limit.offset()));
      fields.add(orEmpty(limit.zone()));
      fields.add(orEmpty(limit.countedWithin()));
    }
    return String.join("\t", fields) + "\n";
  }

  private static Stream<String[]> lines(String text, String firstField) {
    return text.lines()
        .map(line -> line.split("\t", -1))
        .filter(fields -> fields.length > 1 && fields[0].equals(firstField));
  }

  private static Definition readDefinition(String[] fields) {
    List<WrittenLimit> limits = new ArrayList<>();
    for (int i = BUCKET_FIELDS; i + LIMIT_FIELDS <= fields.length; i += LIMIT_FIELDS) {
      limits.add(
          new WrittenLimit(
              Integer.parseInt(fields[i]),
              fields[i + 1],
              orNull(fields[i + 2]),
              numberOrNull(fields[i + 3]),
              orNull(fields[i + 4]),
              orNull(fields[i + 5]),
              orNull(fields[i + 6])));
    }
    return new Definition(
        fields[1],
        List.copyOf(limits),
        numberOrNull(fields[2]),
        numberOrNull(fields[3]),
        fields[4].isEmpty() ? null : Boolean.valueOf(fields[4]));
  }

  private static String orEmpty(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private static @Nullable String orNull(String field) {
    return field.isEmpty() ? null : field;
  }

  private static @Nullable Integer numberOrNull(String field) {
    return field.isEmpty() ? null : Integer.valueOf(field);
  }
}
