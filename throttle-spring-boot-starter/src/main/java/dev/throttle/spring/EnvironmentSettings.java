package dev.throttle.spring;

import dev.throttle.core.Configuration;
import dev.throttle.core.Configuration.Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * What Spring's environment says of buckets, with the place where it says so.
 *
 * <p>Names of buckets have dots and slashes in them, which Spring's binder would lose, and it would
 * pass over what is misspelt; so the keys are read as they are. What is before the environment
 * variables in Spring's order goes before them here too, and so does what is after them. The
 * variables themselves are left to the core, which knows which bucket they mean.
 */
final class EnvironmentSettings {

  /** What is left of a YAML whose buckets are commented out. */
  private static final String EMPTY = "throttle.buckets";

  private static final Pattern BRACKETS = Pattern.compile("\\.?\\[([^\\]]*)]");

  /** How Spring numbers the items of a list, from zero. */
  private static final Pattern LIST_OF_URIS = Pattern.compile("(?<=\\.uri)\\[\\d+]$");

  private static final Pattern LIST_OF_LIMITS = Pattern.compile("\\.also\\[(\\d+)]");
  private static final Pattern DASH = Pattern.compile("-([a-z])");

  private final ConfigurableEnvironment environment;
  private final Map<String, Setting> before = new LinkedHashMap<>();
  private final Map<String, Setting> after = new LinkedHashMap<>();

  private EnvironmentSettings(ConfigurableEnvironment environment) {
    this.environment = environment;
    Map<String, Setting> now = before;
    for (PropertySource<?> source : environment.getPropertySources()) {
      if (source.getName().equals(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)) {
        now = after;
      } else if (source instanceof EnumerablePropertySource<?> enumerable) {
        add(enumerable, now);
      }
    }
  }

  /**
   * Reads it together with what {@link Configuration#load(ClassLoader)} reads.
   *
   * @throws ThrottleConfigurationException if anything is unknown, wrong or cannot be read
   */
  static Configuration configuration(ConfigurableEnvironment environment, ClassLoader loader) {
    EnvironmentSettings settings = new EnvironmentSettings(environment);
    try {
      return Configuration.load(
          loader,
          new ArrayList<>(settings.after.values()),
          new ArrayList<>(settings.before.values()));
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new ThrottleConfigurationException(e);
    }
  }

  private void add(EnumerablePropertySource<?> source, Map<String, Setting> settings) {
    Map<String, Setting> ofSource = new LinkedHashMap<>();
    for (String name : source.getPropertyNames()) {
      String key = key(name, isList(source, name));
      if (Configuration.isMeant(key) && !key.equals(EMPTY)) {
        Setting setting = new Setting(origin(source, name), key, value(source, name));
        if (LIST_OF_URIS.matcher(name).find()) {
          ofSource.merge(key, setting, EnvironmentSettings::join);
        } else {
          ofSource.put(key, setting);
        }
      }
    }
    ofSource.forEach(settings::putIfAbsent);
  }

  private static Setting join(Setting first, Setting next) {
    return new Setting(first.origin(), first.key(), first.value() + ", " + next.value());
  }

  /** Returns whether further limits are a list, numbered from zero, and not by what is written. */
  private static boolean isList(EnumerablePropertySource<?> source, String name) {
    Matcher further = LIST_OF_LIMITS.matcher(name);
    return further.find()
        && Arrays.stream(source.getPropertyNames())
            .anyMatch(other -> other.startsWith(name.substring(0, further.start()) + ".also[0]"));
  }

  /** Returns a key as the core has it: without brackets, and its element without dashes. */
  private static String key(String name, boolean isList) {
    String numbered =
        LIST_OF_LIMITS
            .matcher(LIST_OF_URIS.matcher(name).replaceFirst(""))
            .replaceAll(found -> ".also." + (Integer.parseInt(found.group(1)) + (isList ? 1 : 0)));
    String plain =
        BRACKETS
            .matcher(numbered)
            .replaceAll(found -> "." + Matcher.quoteReplacement(found.group(1)));
    int element = plain.lastIndexOf('.') + 1;
    return plain.substring(0, element)
        + DASH.matcher(plain.substring(element))
            .replaceAll(found -> found.group(1).toUpperCase(Locale.ROOT));
  }

  private String value(PropertySource<?> source, String name) {
    return environment.resolvePlaceholders(String.valueOf(source.getProperty(name)));
  }

  private static String origin(PropertySource<?> source, String name) {
    Origin origin = OriginLookup.getOrigin(source, name);
    return origin == null ? source.getName() : origin.toString();
  }
}
