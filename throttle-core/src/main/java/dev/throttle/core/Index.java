package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code throttle-processor} wrote of one jar or directory: its buckets, its throttled methods
 * and the classes that tell whether it was woven. The format is described in {@code
 * docs/index-format.md}.
 *
 * <p>For tools that look at jars without running them; the library reads by itself those of its
 * class path. Immutable once it was read.
 */
public final class Index {

  /** Where it is in a jar. */
  public static final String PATH = "META-INF/throttle/index.tsv";

  /** The version of the format that is read. */
  private static final String VERSION = "2";

  private static final String MARKER = "marker";

  private final String location;
  private final List<Definition> definitions = new ArrayList<>();
  private final List<Method> methods = new ArrayList<>();
  private final SortedSet<String> bucketNames = new TreeSet<>();
  private final List<String> markers = new ArrayList<>();

  private Index(String location) {
    this.location = location;
  }

  /**
   * Returns all that a class loader sees, but those of a Throttle that the author of a jar moved to
   * a package of his own.
   *
   * @throws IllegalStateException if one cannot be read
   */
  static List<Index> of(ClassLoader loader) {
    return of(
        loader,
        unreadable -> {
          throw unreadable;
        });
  }

  /** Returns the same of those that can be read, and tells of the others. */
  static List<Index> of(ClassLoader loader, Consumer<IllegalStateException> unreadable) {
    List<Index> found = new ArrayList<>();
    for (URL url : Resource.all(loader, PATH)) {
      try (BufferedReader text = new BufferedReader(Resource.read(url))) {
        List<String> lines = text.lines().toList();
        if (!isOfAnotherThrottle(lines, loader)) {
          found.add(read(Resource.location(url, PATH), lines.stream()));
        }
      } catch (IOException | UncheckedIOException e) {
        unreadable.accept(unreadable(url.toString(), e));
      } catch (IllegalStateException e) {
        unreadable.accept(e);
      }
    }
    return found;
  }

  /** Tells by the markers that are there, since the version may be another one too. */
  private static boolean isOfAnotherThrottle(List<String> lines, ClassLoader loader) {
    List<byte[]> markers = new ArrayList<>();
    for (String line : lines) {
      String[] fields = line.split("\t", -1);
      if (fields[0].equals(MARKER) && fields.length > 1) {
        byte[] classFile = Resource.bytes(loader, WovenClass.path(fields[1]));
        if (classFile != null) {
          markers.add(classFile);
        }
      }
    }
    return !markers.isEmpty() && markers.stream().allMatch(WovenClass::isMarkerOfAnotherThrottle);
  }

  /**
   * Reads the text of an index.
   *
   * @param location of its jar or directory, for messages, with what separates it from {@link
   *     #PATH} at its end
   * @throws IllegalStateException if it is no index that this version can read
   */
  public static Index read(String location, Reader text) {
    requireNonNull(location, "location");
    return read(location, new BufferedReader(requireNonNull(text, "text")).lines());
  }

  private static Index read(String location, Stream<String> lines) {
    Index index = new Index(location);
    try {
      lines.forEach(index::add);
    } catch (UncheckedIOException | IllegalArgumentException e) {
      throw unreadable(location + PATH, e);
    }
    return index;
  }

  private static IllegalStateException unreadable(String url, Exception e) {
    String why = String.valueOf(e.getMessage());
    return new IllegalStateException(
        String.format(
            Locale.ROOT,
            "cannot read %s, the index that throttle-processor wrote: %s Build it again.",
            url,
            why.endsWith(".") ? why : why + "."),
        e);
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
        Method method = Method.of(line, fields);
        methods.add(method);
        bucketNames.addAll(method.buckets());
      }
      case MARKER -> markers.add(field(line, fields, 1));
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
  public String location() {
    return location;
  }

  /** Returns the buckets that are defined here, in the order of the file. */
  public List<Definition> definitions() {
    return Collections.unmodifiableList(definitions);
  }

  /** Returns the throttled methods, in the order of the file. */
  public List<Method> methods() {
    return Collections.unmodifiableList(methods);
  }

  /** Returns the names of all buckets that it defines or that methods pass. */
  public SortedSet<String> bucketNames() {
    return Collections.unmodifiableSortedSet(bucketNames);
  }

  /** Returns the names of the classes with throttled methods. */
  SortedSet<String> throttledClasses() {
    return classes(methods);
  }

  /** Returns the names of the classes with throttled bodies. */
  SortedSet<String> classesWithBodies() {
    return classes(methods.stream().filter(Method::hasBody).toList());
  }

  private static SortedSet<String> classes(List<Method> methods) {
    SortedSet<String> classes = new TreeSet<>();
    methods.forEach(method -> classes.add(method.type()));
    return classes;
  }

  List<String> markers() {
    return markers;
  }

  /**
   * Returns whether the class files are those of a module that was woven, by its markers; false
   * where there are none. Whether each class was, {@link #unwovenBodies} tells.
   *
   * @param classFiles returns the bytes of a class file by its path in the jar ({@code
   *     com/acme/Prices.class}), or null where there is none
   */
  public boolean isWoven(Function<String, byte @Nullable []> classFiles) {
    return !markers.isEmpty()
        && markers.stream().allMatch(marker -> WovenClass.isWoven(marker, classFiles));
  }

  /**
   * Returns the names of the classes with throttled bodies whose class files were not woven; those
   * that are not there are not among them.
   *
   * @param classFiles as for {@link #isWoven}
   */
  public SortedSet<String> unwovenBodies(Function<String, byte @Nullable []> classFiles) {
    SortedSet<String> unwoven = classesWithBodies();
    unwoven.removeIf(name -> WovenClass.isWoven(name, classFiles));
    return unwoven;
  }

  /**
   * Returns the buckets that several indexes define, and not alike: by name what to tell of it,
   * with both definitions, where they are and what to do.
   */
  public static SortedMap<String, String> conflicts(Collection<Index> indexes) {
    return Conflicts.find(indexes, Configuration.none());
  }

  /**
   * A throttled method.
   *
   * @param hasBody whether it has a body, which is woven; or else its calls are, or a hook owns it
   * @param type binary name of the class or interface that declares it
   * @param descriptor the erased one of the class file, such as {@code (J)V}
   * @param buckets names in the order of its throttle, at least one
   */
  public record Method(
      boolean hasBody, String type, String name, String descriptor, List<String> buckets) {

    private static final int FIELDS = 5;

    private static Method of(String line, String[] fields) {
      return new Method(
          field(line, fields, 1).equals("BODY"),
          field(line, fields, 2),
          field(line, fields, 3),
          field(line, fields, 4),
          List.copyOf(Arrays.asList(fields).subList(FIELDS, fields.length)));
    }
  }

  /**
   * A bucket as an annotation defines it.
   *
   * @param limits at least one, that of the declaration itself first
   * @param maxQueue how many calls may wait for it at once
   * @param keyed whether it is one per key; null where no method of the jar passes it
   */
  public record Definition(String name, List<Limit> limits, int maxQueue, @Nullable Boolean keyed) {

    private static final int FIELDS = 5;

    /** Returns what it says together with the configuration. */
    Declared with(Configuration configuration) {
      return Declared.of(name, limits, KeyedBuckets.DEFAULT_MAX_KEYS, maxQueue, configuration);
    }

    /** Returns it as messages show it: {@code 100 per PT15M for each key, maxQueue 50}. */
    public String inWords() {
      StringBuilder words = new StringBuilder();
      for (Limit limit : limits) {
        words.append(words.isEmpty() ? "" : " and ").append(limit);
        if (limit.countedWithin() != null) {
          words.append(", countedWithin ").append(limit.countedWithin());
        }
      }
      if (Boolean.TRUE.equals(keyed)) {
        words.append(" for each key");
      }
      if (limits.get(0).reserve() > 0) {
        words.append(", reserve ").append(limits.get(0).reserve());
      }
      if (maxQueue != Bucket.DEFAULT_MAX_QUEUE) {
        words.append(", maxQueue ").append(maxQueue);
      }
      return words.toString();
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
