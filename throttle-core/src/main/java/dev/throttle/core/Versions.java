package dev.throttle.core;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;

/**
 * Refuses modules of Throttle in different versions on one class path, which would fail later and
 * strangely.
 *
 * <p>By what Maven notes in each of our jars. It is kept by tools that make one jar of many, since
 * each module has a path of its own; where a tool drops it, nothing is known of that module.
 */
final class Versions {

  /** Those that run with an application. */
  static final List<String> MODULES =
      List.of(
          "throttle-annotations",
          "throttle-core",
          "throttle-clients",
          "throttle-kotlin",
          "throttle-aspect",
          "throttle-spring-boot-starter",
          "throttle-remote-lease",
          "throttle-remote-redis",
          "throttle-test");

  private Versions() {}

  /**
   * Checks all that a class loader sees.
   *
   * @throws IllegalStateException if there are two versions, with each module, its version and
   *     where it is
   */
  static void requireOne(ClassLoader loader) {
    Set<String> versions = new HashSet<>();
    List<String> found = new ArrayList<>();
    for (String module : MODULES) {
      String path = "META-INF/maven/dev.throttle/" + module + "/pom.properties";
      for (URL url : Resource.all(loader, path)) {
        String version = version(url);
        versions.add(version);
        found.add(module + " " + version + " in " + Resource.location(url, path));
      }
    }
    if (versions.size() > 1) {
      throw new IllegalStateException(
          "there are several versions of Throttle on the class path:\n  "
              + String.join("\n  ", found)
              + "\nFix: take all modules in one version, by importing dev.throttle:throttle-bom in"
              + " the dependency management (mvn dependency:tree tells who brings the others).");
    }
  }

  private static String version(URL url) {
    Properties properties = new Properties();
    try (InputStream bytes = Resource.open(url)) {
      properties.load(bytes);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException("cannot read " + url + ": " + e.getMessage(), e);
    }
    return properties.getProperty("version", "of an unknown number");
  }
}
