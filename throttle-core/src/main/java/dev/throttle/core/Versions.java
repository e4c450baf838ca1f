package dev.throttle.core;

import static java.util.Map.entry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Refuses modules of Throttle in different versions on one class path, which would fail later and
 * strangely.
 *
 * <p>By what Maven notes in each of our jars. It is kept by tools that make one jar of many, since
 * each module has a path of its own; where a tool drops it, nothing is known of that module.
 */
final class Versions {

  /**
   * Those that run with an application, with a class file of each: a note of Maven's without it is
   * that of a jar whose author made these classes his own, under other names.
   */
  static final SortedMap<String, String> MODULES =
      new TreeMap<>(
          Map.ofEntries(
              entry("throttle-annotations", "dev/throttle/annotation/Throttle.class"),
              entry("throttle-core", "dev/throttle/core/Throttling.class"),
              entry("throttle-clients", "dev/throttle/clients/Turn.class"),
              entry("throttle-kotlin", "dev/throttle/kotlin/SuspendReturnType.class"),
              entry("throttle-aspect", "dev/throttle/aspect/WeavingMarkers.class"),
              entry(
                  "throttle-spring-boot-starter",
                  "dev/throttle/spring/ThrottleAutoConfiguration.class"),
              entry("throttle-remote-lease", "dev/throttle/remote/lease/LeaseStore.class"),
              entry("throttle-remote-redis", "dev/throttle/remote/redis/RedisLeaseStore.class"),
              entry(
                  "throttle-remote-postgres",
                  "dev/throttle/remote/postgres/PostgresLeaseStore.class"),
              entry("throttle-remote-http", "dev/throttle/remote/http/HttpLeaseStore.class"),
              entry("throttle-test", "dev/throttle/test/VirtualTime.class")));

  private Versions() {}

  /**
   * Checks what a class loader gets its classes from.
   *
   * @throws IllegalStateException if there are two versions, with each module, its version and
   *     where it is
   */
  static void requireOne(ClassLoader loader) {
    Set<String> versions = new HashSet<>();
    List<String> found = new ArrayList<>();
    MODULES.forEach(
        (module, classFile) -> {
          Set<String> origins = origins(loader, classFile);
          String path = "META-INF/maven/dev.throttle/" + module + "/pom.properties";
          for (URL url : Resource.all(loader, path)) {
            String origin = Resource.location(url, path);
            String version = origins.contains(origin) ? version(url) : null;
            if (version != null) {
              versions.add(version);
              found.add(module + " " + version + " in " + origin);
            }
          }
        });
    if (versions.size() > 1) {
      throw new IllegalStateException(
          "there are several versions of Throttle on the class path:\n  "
              + String.join("\n  ", found)
              + "\nFix: take all modules in one version, by importing dev.throttle:throttle-bom in"
              + " the dependency management (mvn dependency:tree tells who brings the others).");
    }
  }

  /**
   * Returns where the one class loader has a class that loads it. What its parents or children have
   * of the same name is never used, such as a server's beside that of a web application.
   */
  private static Set<String> origins(ClassLoader loader, String classFile) {
    URL first = loader.getResource(classFile);
    if (first == null) {
      return Set.of();
    }
    Set<String> inherited =
        loader.getParent() == null ? Set.of() : locations(loader.getParent(), classFile);
    if (inherited.contains(Resource.location(first, classFile))) {
      return origins(loader.getParent(), classFile);
    }
    Set<String> own = locations(loader, classFile);
    own.removeAll(inherited);
    return own;
  }

  private static Set<String> locations(ClassLoader loader, String classFile) {
    Set<String> locations = new HashSet<>();
    for (URL url : Resource.all(loader, classFile)) {
      locations.add(Resource.location(url, classFile));
    }
    return locations;
  }

  /** Returns null if it cannot be read, which is no reason to stop. */
  private static @Nullable String version(URL url) {
    Properties properties = new Properties();
    try (InputStream bytes = Resource.open(url)) {
      properties.load(bytes);
    } catch (IOException | IllegalArgumentException e) {
      return null;
    }
    return properties.getProperty("version");
  }
}
