package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;

import dev.throttle.annotation.Algorithm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
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
    } catch (IOException | UncheckedIOException | IllegalArgumentException | DateTimeException e) {
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
   * @param written its limits, at least one, that of the declaration itself first
   * @param keyed whether it is one per key; null where no method of the jar passes it
   */
  record Definition(
      String name, List<WrittenLimit> written, int maxQueue, int reserve, @Nullable Boolean keyed) {

    private static final int FIELDS = 5;

    private static Definition of(String line, String[] fields) {
      List<WrittenLimit> written = new ArrayList<>();
      int next = FIELDS;
      do {
        field(line, fields, next + WrittenLimit.FIELDS - 1);
        written.add(WrittenLimit.of(fields, next));
        next += WrittenLimit.FIELDS;
      } while (next < fields.length);
      Definition definition =
          new Definition(
              fields[1],
              List.copyOf(written),
              fields[2].isEmpty() ? Bucket.DEFAULT_MAX_QUEUE : Integer.parseInt(fields[2]),
              fields[3].isEmpty() ? 0 : Integer.parseInt(fields[3]),
              fields[4].isEmpty() ? null : Boolean.valueOf(fields[4]));
      definition.limits(); // what makes no sense is refused where the index is named
      return definition;
    }

    List<Limit> limits() {
      return written.stream().map(limit -> limit.toLimit(reserve)).toList();
    }
  }

  /** One limit of a bucket, as written; null where left out. */
  record WrittenLimit(
      int limit,
      String period,
      @Nullable String algorithm,
      @Nullable Integer burst,
      @Nullable String offset,
      @Nullable String zone,
      @Nullable String countedWithin) {

    private static final int FIELDS = 7;

    private static WrittenLimit of(String[] fields, int first) {
      return new WrittenLimit(
          Integer.parseInt(fields[first]),
          fields[first + 1],
          orNull(fields[first + 2]),
          fields[first + 3].isEmpty() ? null : Integer.valueOf(fields[first + 3]),
          orNull(fields[first + 4]),
          orNull(fields[first + 5]),
          orNull(fields[first + 6]));
    }

    private static @Nullable String orNull(String field) {
      return field.isEmpty() ? null : field;
    }

    private Limit toLimit(int reserve) {
      int most = burst == null ? limit : burst;
      Limit made =
          switch (algorithmInForce()) {
            case SLIDING_WINDOW -> Limit.of(limit, Duration.parse(period));
            case TOKEN_BUCKET -> Limit.tokenBucket(limit, Duration.parse(period), most);
            case FIXED_WINDOW -> Limit.fixedWindow(limit, windows());
            case LEAKY_BUCKET -> Limit.leakyBucket(limit, Duration.parse(period)).withBurst(most);
          };
      return countedWithin == null
          ? made.withReserve(reserve)
          : made.withReserve(reserve).withCountedWithin(Duration.parse(countedWithin));
    }

    private Algorithm algorithmInForce() {
      if (algorithm != null) {
        return Algorithm.valueOf(algorithm);
      }
      return isCalendar() ? Algorithm.FIXED_WINDOW : Algorithm.SLIDING_WINDOW;
    }

    private Windows windows() {
      Windows windows =
          isCalendar()
              ? Windows.of(Period.parse(period), ZoneId.of(zone == null ? "UTC" : zone))
              : Windows.of(Duration.parse(period));
      return offset == null ? windows : windows.withOffset(Duration.parse(offset));
    }

    /** A duration has hours, minutes or seconds, and so a T before them. */
    private boolean isCalendar() {
      return period.toUpperCase(Locale.ROOT).indexOf('T') < 0;
    }
  }
}
