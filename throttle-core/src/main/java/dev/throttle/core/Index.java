package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What {@code throttle-processor} wrote of one jar or directory: its buckets, its throttled methods
 * and the classes that tell whether it was woven. The format is described in {@code
 * docs/index-format.md}.
 */
final class Index {

  private static final String PATH = "META-INF/throttle/index.tsv";

  /** The version of the format that is read. */
  private static final String VERSION = "2";

  private final String location;
  private final List<Definition> definitions = new ArrayList<>();
  private final SortedSet<String> throttledClasses = new TreeSet<>();
  private final SortedSet<String> bucketNames = new TreeSet<>();
  private final List<String> markers = new ArrayList<>();

  private Index(String location) {
    this.location = location;
  }

  /** Returns all that a class loader sees. */
  static List<Index> of(ClassLoader loader) {
    List<Index> found = new ArrayList<>();
    try {
      for (URL url : Collections.list(loader.getResources(PATH))) {
        found.add(read(url));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for " + PATH, e);
    }
    return found;
  }

  private static Index read(URL url) {
    String path = url.toString();
    Index index = new Index(path.substring(0, path.length() - PATH.length()));
    try {
      URLConnection connection = url.openConnection();
      connection.setUseCaches(false); // or a jar that is redeployed stays open
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
        lines.lines().forEach(index::add);
      }
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      String why = String.valueOf(e.getMessage());
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "cannot read %s, the index that throttle-processor wrote: %s Build it again.",
              url,
              why.endsWith(".") ? why : why + "."),
          e);
    }
    return index;
  }

  private void add(String line) {
    String[] fields = line.split("\t", -1);
    switch (fields[0]) {
      case "throttle-index" -> checkVersion(field(line, fields, 1));
      case "bucket" -> {
        definitions.add(Definition.of(line, fields));
        bucketNames.add(fields[1]);
      }
      case "method" -> {
        throttledClasses.add(field(line, fields, 2));
        bucketNames.addAll(
            Arrays.asList(fields).subList(Math.min(5, fields.length), fields.length));
      }
      case "marker" -> markers.add(field(line, fields, 1));
      default -> {} // of a later version
    }
  }

  private static void checkVersion(String version) {
    if (!version.equals(VERSION)) {
      throw badArgument(
          "it has format %s, and this throttle-core reads format %s. Take throttle-processor and"
              + " throttle-core in the same version",
          version, VERSION);
    }
  }

  private static String field(String line, String[] fields, int i) {
    if (i >= fields.length) {
      throw badArgument("'%s' has no field %d", line, i + 1);
    }
    return fields[i];
  }

  /** Returns where its jar or directory is. */
  String location() {
    return location;
  }

  List<Definition> definitions() {
    return definitions;
  }

  SortedSet<String> throttledClasses() {
    return throttledClasses;
  }

  /** Returns the names of all buckets that it defines or that methods pass. */
  SortedSet<String> bucketNames() {
    return bucketNames;
  }

  List<String> markers() {
    return markers;
  }

  /**
   * A bucket as an annotation defines it.
   *
   * @param limits at least one, that of the declaration itself first
   * @param keyed whether it is one per key; null where no method of the jar passes it
   */
  record Definition(String name, List<Limit> limits, int maxQueue, @Nullable Boolean keyed) {

    private static final int FIELDS = 5;

    /** Returns what it says together with the configuration. */
    Declared with(Configuration configuration) {
      return Declared.of(name, limits, KeyedBuckets.DEFAULT_MAX_KEYS, maxQueue, configuration);
    }

    private static Definition of(String line, String[] fields) {
      String name = field(line, fields, 1);
      Elements ofBucket =
          new Elements()
              .with(Element.MAX_QUEUE, field(line, fields, 2), "")
              .with(Element.RESERVE, field(line, fields, 3), "");
      String keyed = field(line, fields, 4);
      List<Limit> limits = new ArrayList<>();
      int next = FIELDS;
      do {
        Elements ofLimit = new Elements();
        for (Element<?> element : Element.ofEachLimit()) {
          ofLimit.with(element, field(line, fields, next), "");
          next++;
        }
        ofLimit.requireWhole("");
        limits.add(ofLimit.limit(ofBucket));
      } while (next < fields.length);
      return new Definition(
          name,
          List.copyOf(limits),
          ofBucket.get(Element.MAX_QUEUE, Bucket.DEFAULT_MAX_QUEUE),
          keyed.isEmpty() ? null : Boolean.valueOf(keyed));
    }
  }
}
