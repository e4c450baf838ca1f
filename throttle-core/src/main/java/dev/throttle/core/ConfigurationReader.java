package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;

import dev.throttle.core.Configuration.Setting;
import dev.throttle.core.Given.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Understands settings one by one, and keeps what is wrong with them, so that whoever made several
 * mistakes is told of all at once.
 */
final class ConfigurationReader {

  /** Takes back what an annotation says. */
  static final String NONE = "none";

  /** Values of this one may look like the rest of a key. */
  private static final String URI = "." + Element.URI;

  /** A value that begins with the rest of its key, which a colon, space or equals sign has cut. */
  private static final Pattern REST_OF_KEY = Pattern.compile(".*\\.\\w+\\s*[=:].*");

  private final SortedMap<String, SortedMap<Key.Place, Given>> byName = new TreeMap<>();
  private final List<String> wrong = new ArrayList<>();
  private final Map<ProcessSetting, Given> ofProcess = new EnumMap<>(ProcessSetting.class);

  /** Adds a setting whose key has the bucket's name as it is. */
  void add(Source source, Setting setting) {
    try {
      ProcessSetting ofAll = ProcessSetting.ofKey(setting.key());
      if (ofAll != null) {
        put(source, setting, ofAll);
      } else {
        Key key = Key.of(setting.key());
        put(source, setting, key.bucket(), key.place());
      }
    } catch (IllegalArgumentException e) {
      String hint =
          REST_OF_KEY.matcher(setting.value()).matches() && !setting.key().endsWith(URI)
              ? " In a file, write a backslash before a colon, space or equals sign of the name."
              : "";
      refuse(setting, e.getMessage() + hint);
    }
  }

  /**
   * Adds an environment variable, which cannot hold every name as it is.
   *
   * @param names those that it may be about
   */
  void addVariable(Setting setting, Collection<String> names) {
    try {
      ProcessSetting ofAll = ProcessSetting.ofVariable(setting.key());
      if (ofAll != null) {
        if (!setting.value().isBlank()) { // templates set what they have no value for
          put(Source.ENVIRONMENT, setting, ofAll);
        }
      } else {
        Key key = Key.ofVariable(setting.key());
        put(Source.ENVIRONMENT, setting, only(names, key.bucket()), key.place());
      }
    } catch (IllegalArgumentException e) {
      refuse(setting, e.getMessage());
    }
  }

  /** Returns the one name that an environment variable may be about. */
  private static String only(Collection<String> names, String variable) {
    List<String> fitting =
        names.stream().filter(name -> Key.variable(name).equals(variable)).sorted().toList();
    if (fitting.size() > 1) {
      throw badArgument(
          "the name may be that of the buckets '%s'. Use a system property or throttle.properties,"
              + " which have names as they are.",
          String.join("' and '", fitting));
    }
    if (fitting.isEmpty()) {
      throw badArgument(
          "no bucket has this name. An environment variable changes those that an annotation, a"
              + " system property or throttle.properties names.%s",
          Nearest.question(variable, names.stream().map(Key::variable).sorted().toList()));
    }
    return fitting.get(0);
  }

  private void put(Source source, Setting setting, String bucket, Key.Place place) {
    SortedMap<Key.Place, Given> ofBucket = byName.computeIfAbsent(bucket, b -> new TreeMap<>());
    Given given = new Given(source, setting, value(setting, place.element()));
    ofBucket.put(place, over(ofBucket.get(place), given));
  }

  private static @Nullable Object value(Setting setting, Element<?> element) {
    String text = setting.value().strip();
    if (text.equals(NONE) && element.mayBeLeftOut()) {
      return null;
    }
    return element.require(text);
  }

  private void put(Source source, Setting setting, ProcessSetting ofAll) {
    Given given = new Given(source, setting, ofAll.require(setting.value()));
    ofProcess.put(ofAll, over(ofProcess.get(ofAll), given));
  }

  private static Given over(@Nullable Given before, Given given) {
    if (before == null || before.source().compareTo(given.source()) < 0) {
      return given;
    }
    if (before.source() == given.source() && !Objects.equals(before.value(), given.value())) {
      throw badArgument(
          "contradicts %s. Keep one of them; to override it, use the environment or a system"
              + " property.",
          before.setting());
    }
    return before;
  }

  private void refuse(Setting setting, @Nullable String why) {
    wrong.add(setting + ": " + why);
  }

  /** Returns the names of the buckets that were read of up to now. */
  SortedSet<String> names() {
    return new TreeSet<>(byName.keySet());
  }

  /**
   * Returns what was read.
   *
   * @throws IllegalArgumentException if anything was wrong, with all that was
   */
  Configuration configuration() {
    Configuration.requireNone(wrong);
    return new Configuration(ofProcess, byName);
  }
}
