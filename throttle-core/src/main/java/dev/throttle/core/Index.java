package dev.throttle.core;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What {@code throttle-processor} wrote of one jar or directory: its buckets, its throttled methods
 * and the classes that tell whether it was woven. The format is described in {@code
 * docs/index-format.md}.
 */
final class Index {

  private static final String PATH = "META-INF/throttle/index.tsv";

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
    } catch (IOException
        | UncheckedIOException
        | IllegalArgumentException
        | DateTimeParseException e) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "cannot read %s, the index that throttle-processor wrote: %s. Build it again.",
              url,
              e.getMessage()),
          e);
    }
    return index;
  }

  private void add(String line) {
    String[] fields = line.split("\t", -1);
    switch (fields[0]) {
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

  private static String field(String line, String[] fields, int i) {
    if (i >= fields.length) {
      throw BadArgument.badArgument("'%s' has no field %d", line, i + 1);
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

  /** A bucket as an annotation defines it. */
  record Definition(String name, Limit limit, int maxQueue) {

    List<Limit> limits() {
      return List.of(limit);
    }

    private static Definition of(String line, String[] fields) {
      Limit limit =
          Limit.of(
              Integer.parseInt(field(line, fields, 2)), Duration.parse(field(line, fields, 3)));
      String countedWithin = field(line, fields, 5);
      String maxQueue = field(line, fields, 6);
      return new Definition(
          fields[1],
          countedWithin.isEmpty() ? limit : limit.withCountedWithin(Duration.parse(countedWithin)),
          maxQueue.isEmpty() ? Bucket.DEFAULT_MAX_QUEUE : Integer.parseInt(maxQueue));
    }
  }
}
