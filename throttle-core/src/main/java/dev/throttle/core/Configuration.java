package dev.throttle.core;

import static dev.throttle.core.BadArgument.requireNonNull;

import dev.throttle.core.Given.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is said of buckets by name, outside of the code, and goes before what annotations say.
 *
 * <pre>{@code
 * throttle.buckets.api.foo.com/users.limit=50
 * throttle.buckets.api.foo.com/users.maxWait=PT5S
 * }</pre>
 *
 * <p>{@link #load} reads {@code throttle.properties}, the environment and the system properties;
 * {@code docs/configuration.md} has the keys. Immutable.
 */
public final class Configuration {

  private static final Logger LOG = LoggerFactory.getLogger(Configuration.class);
  private static final Key.Place SHARED = new Key.Place(0, Element.SHARED);
  private static final Configuration NONE = new Configuration(Map.of(), new TreeMap<>());

  private final Map<ProcessSetting, Given> ofProcess;
  private final SortedMap<String, SortedMap<Key.Place, Given>> byName;

  Configuration(
      Map<ProcessSetting, Given> ofProcess, SortedMap<String, SortedMap<Key.Place, Given>> byName) {
    this.ofProcess = ofProcess;
    this.byName = byName;
  }

  /** Returns the configuration that says nothing. */
  public static Configuration none() {
    return NONE;
  }

  /**
   * Reads each {@code throttle.properties} that the class loader sees, the environment, and the
   * system properties; the later go before the earlier. Where the class loader sees what {@code
   * throttle-processor} wrote of annotations, names are {@linkplain #check checked}.
   *
   * <p>So this is also where an application that could not keep its limits is refused: jars that
   * define a bucket in different ways, which the configuration does not settle, and modules of this
   * library in different versions.
   *
   * @throws IllegalArgumentException if anything is unknown or wrong, with key, value and where it
   *     is
   * @throws IllegalStateException if a file cannot be read, or there are several versions of this
   *     library
   */
  public static Configuration load(ClassLoader loader) {
    return load(loader, List.of(), List.of());
  }

  /**
   * Reads the same as {@link #load(ClassLoader)}, and what a framework has read that has sources of
   * its own.
   *
   * @param settings go before {@code throttle.properties}, and after the environment
   * @param overrides go before all others, such as those of a command line
   */
  public static Configuration load(
      ClassLoader loader, Collection<Setting> settings, Collection<Setting> overrides) {
    return load(loader, System.getProperties(), System.getenv(), settings, overrides);
  }

  static Configuration load(
      ClassLoader loader, Properties system, Map<String, String> environment) {
    return load(loader, system, environment, List.of(), List.of());
  }

  private static Configuration load(
      ClassLoader loader,
      Properties system,
      Map<String, String> environment,
      Collection<Setting> settings,
      Collection<Setting> overrides) {
    Versions.requireOne(requireNonNull(loader, "class loader"));
    List<Index> indexes = Index.of(loader);
    SortedSet<String> annotated = new TreeSet<>();
    indexes.forEach(index -> annotated.addAll(index.bucketNames()));
    ConfigurationReader reader = new ConfigurationReader();
    ConfigurationFile.readAll(loader, reader);
    requireNonNull(settings, "settings").forEach(of -> reader.add(Source.FRAMEWORK, of));
    requireNonNull(overrides, "overrides").forEach(of -> reader.add(Source.OVERRIDE, of));
    for (String key : new TreeSet<>(system.stringPropertyNames())) {
      if (Key.isMeant(key)) {
        String value = system.getProperty(key, "");
        reader.add(Source.SYSTEM, new Setting("system property", key, value));
      }
    }
    SortedSet<String> names = reader.names();
    names.addAll(annotated);
    new TreeMap<>(environment)
        .forEach(
            (variable, value) -> {
              if (Key.isMeantVariable(variable)) {
                reader.addVariable(new Setting("environment variable", variable, value), names);
              }
            });
    Configuration configuration = reader.configuration();
    if (!annotated.isEmpty()) {
      configuration.check(annotated);
    }
    configuration.checkLimits(indexes);
    if (!configuration.isEnabled()) {
      Given by = configuration.ofProcess.get(ProcessSetting.ENABLED);
      LOG.warn("All limits are switched off by {}.", by == null ? "default" : by.setting());
    }
    return configuration;
  }

  /** Refuses what no limit can be made of, together with the annotation that defines the bucket. */
  private void checkLimits(List<Index> indexes) {
    Set<String> wrong = new LinkedHashSet<>();
    Set<String> ofConfiguration = new TreeSet<>(byName.keySet());
    for (Index index : indexes) {
      for (Index.Definition definition : index.definitions()) {
        String name = definition.name();
        if (ofConfiguration.remove(name)) {
          tell(wrong, name, () -> definition.with(this));
        }
      }
    }
    ofConfiguration.removeIf(name -> !definesItself(name));
    ofConfiguration.forEach(name -> tell(wrong, name, () -> Declared.of(name, this)));
    requireNone(wrong);
    requireNone(Conflicts.find(indexes, this).values(), "buckets");
  }

  private static void tell(Set<String> wrong, String name, Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      wrong.add("bucket '" + name + "': " + e.getMessage());
    }
  }

  /**
   * Returns the configuration that these keys and values make, which are those of a {@code
   * throttle.properties}.
   *
   * @param origin what messages call the source, such as {@code application.yaml}
   * @throws IllegalArgumentException if a key is unknown or a value wrong, with all that are
   */
  public static Configuration of(Map<String, String> properties, String origin) {
    ConfigurationReader reader = new ConfigurationReader();
    new TreeMap<>(requireNonNull(properties, "properties"))
        .forEach((key, value) -> reader.add(Source.FILE, new Setting(origin, key, value)));
    return reader.configuration();
  }

  /**
   * Returns whether a key is one of these, or was meant to be: others that begin with {@code
   * throttle.} may be somebody else's, where all share one namespace.
   */
  public static boolean isMeant(String key) {
    return Key.isMeant(requireNonNull(key, "key"));
  }

  /** Returns false if {@code throttle.enabled=false} switches all throttling off. */
  public boolean isEnabled() {
    return !"false".equals(value(ProcessSetting.ENABLED));
  }

  /**
   * Returns what is done about annotated classes that were not woven: what {@code throttle.weaving}
   * says.
   *
   * @param byDefault where it says nothing
   */
  public Unwoven unwoven(Unwoven byDefault) {
    Object said = value(ProcessSetting.WEAVING);
    return said == null ? byDefault : Unwoven.valueOf(said.toString().toUpperCase(Locale.ROOT));
  }

  // ---- sharing

  /** Returns whether it is said here whether a bucket is shared. */
  boolean decidesSharing(String bucket) {
    return given(bucket).containsKey(SHARED) || value(ProcessSetting.SHARED) != null;
  }

  /** Returns by what it is said here that a bucket is shared, or null. */
  @Nullable SharedBy sharedBy(String bucket) {
    Given own = given(bucket).get(SHARED);
    Object address = own == null ? value(ProcessSetting.SHARED) : own.value();
    return address == null ? null : sharedAt((String) address);
  }

  /** Returns all by which buckets are shared as it is said here. */
  Set<SharedBy> allSharedBy() {
    Set<SharedBy> all = new LinkedHashSet<>();
    Object ofAll = value(ProcessSetting.SHARED);
    if (ofAll != null) {
      all.add(sharedAt((String) ofAll));
    }
    for (String name : byName.keySet()) {
      SharedBy by = sharedBy(name);
      if (by != null) {
        all.add(by);
      }
    }
    return all;
  }

  /** Credentials are shown to no other server than that which they are for. */
  private SharedBy sharedAt(String address) {
    Object ofAll = value(ProcessSetting.SHARED);
    String id = (String) value(ProcessSetting.SHARED_CLIENT_ID);
    String secret = (String) value(ProcessSetting.SHARED_CLIENT_SECRET);
    boolean meant = ofAll == null || SharedBy.isSameServer((String) ofAll, address);
    return complete(
        meant
            ? new SharedBy(address, id, secret, null, null, null, null, null)
            : SharedBy.at(address));
  }

  /** Returns it with what is said here of all sharing, where it says nothing itself. */
  SharedBy complete(SharedBy by) {
    return by.orElse(
        (String) value(ProcessSetting.SHARED_NAMESPACE),
        (Unreachable) value(ProcessSetting.SHARED_POLICY),
        (Duration) value(ProcessSetting.SHARED_MAX_CALL),
        (Duration) value(ProcessSetting.SHARED_REFRESH),
        (Duration) value(ProcessSetting.SHARED_LEASE));
  }

  private @Nullable Object value(ProcessSetting setting) {
    Given given = ofProcess.get(setting);
    return given == null ? null : given.value();
  }

  /** Returns the names of the buckets of which something is said. */
  public SortedSet<String> bucketNames() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(byName.keySet()));
  }

  /**
   * Returns what is said of a bucket, by element: {@code limit}, {@code also.1.limit}. Of several
   * sources that have the same it is the one that counts.
   */
  public Map<String, Setting> settings(String bucket) {
    Map<String, Setting> settings = new LinkedHashMap<>();
    given(bucket).forEach((place, given) -> settings.put(place.toString(), given.setting()));
    return Collections.unmodifiableMap(settings);
  }

  /**
   * Returns which requests pass a bucket although no annotation says so; none if that is not said.
   */
  @SuppressWarnings("unchecked") // as the element has it
  public List<UriPattern> uris(String bucket) {
    Given given = given(bucket).get(new Key.Place(0, Element.URI));
    return given == null || given.value() == null ? List.of() : (List<UriPattern>) given.value();
  }

  /**
   * Refuses names that nobody knows: those that are not among the given ones, and of which not both
   * limit and period are said, so that they do not define a bucket of their own.
   *
   * @throws IllegalArgumentException if there are any, with one setting of each
   */
  public void check(Collection<String> known) {
    SortedSet<String> sorted = new TreeSet<>(requireNonNull(known, "known names"));
    List<String> wrong = new ArrayList<>();
    byName.forEach(
        (name, given) -> {
          if (sorted.contains(name)) {
            return;
          }
          Setting first = given.values().iterator().next().setting();
          String question = Nearest.question(name, sorted);
          if (!definesItself(name)) {
            wrong.add(
                first
                    + ": there is no bucket '"
                    + name
                    + "'."
                    + question
                    + " One that only the configuration knows needs limit and period.");
          } else if (!question.isEmpty()) {
            LOG.warn(
                "{}: this defines the bucket '{}', which no annotation names.{}",
                first,
                name,
                question);
          }
        });
    requireNone(wrong);
  }

  /** Returns whether a bucket is defined here, without an annotation. */
  boolean definesItself(String bucket) {
    SortedMap<Key.Place, Given> given = given(bucket);
    return given.containsKey(new Key.Place(0, Element.LIMIT))
        && given.containsKey(new Key.Place(0, Element.PERIOD));
  }

  SortedMap<Key.Place, Given> given(String bucket) {
    SortedMap<Key.Place, Given> given = byName.get(requireNonNull(bucket, "bucket name"));
    return given == null ? new TreeMap<>() : given;
  }

  static void requireNone(Collection<String> wrong) {
    requireNone(wrong, "settings");
  }

  private static void requireNone(Collection<String> wrong, String what) {
    if (wrong.size() == 1) {
      throw new IllegalArgumentException(wrong.iterator().next());
    }
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          wrong.size() + " " + what + " are wrong:\n  " + String.join("\n  ", wrong));
    }
  }

  /**
   * One line of the configuration, as it was found.
   *
   * @param origin where it was found: the URL of a file, {@code system property}, {@code
   *     environment variable}, or what a framework calls its source
   * @param key the key as it is there
   * @param value the value as it is there
   */
  public record Setting(String origin, String key, String value) {

    public Setting {
      requireNonNull(origin, "origin");
      requireNonNull(key, "key");
      requireNonNull(value, "value");
    }

    /**
     * Returns the setting as messages show it, without secrets: {@code throttle.enabled=false
     * (system property)}.
     */
    @Override
    public String toString() {
      String shown = ProcessSetting.mayBeSecret(key) ? "***" : SharedBy.withoutUser(value);
      return key + "=" + shown + " (" + origin + ")";
    }
  }
}
