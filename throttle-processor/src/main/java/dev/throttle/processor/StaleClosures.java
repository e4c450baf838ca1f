package dev.throttle.processor;

import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.annotation.processing.Filer;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.tools.StandardLocation;

/**
 * Deletes what weaving generated beside classes that are compiled again now.
 *
 * <p>AspectJ weaves a class that waits without a thread together with closures, {@code
 * Foo$AjcClosure1.class} and so on, in the order of its calls. javac does not know them and leaves
 * them; the next weaving takes them for classes of the user and may write them over the new ones,
 * whose numbers mean other calls by then. So they go when their class does.
 */
final class StaleClosures {

  /** The class that was woven, and the closure's number. */
  private static final Pattern CLOSURE = Pattern.compile("(.+)\\$AjcClosure\\d+\\.class");

  private StaleClosures() {}

  static void delete(Set<? extends Element> compiled, Elements elements, Filer filer) {
    Map<String, Set<String>> byPackage = new TreeMap<>();
    for (Element element : compiled) {
      if (element instanceof TypeElement type) {
        byPackage
            .computeIfAbsent(
                elements.getPackageOf(type).getQualifiedName().toString(), name -> new HashSet<>())
            .add(type.getSimpleName().toString());
      }
    }
    byPackage.forEach((name, types) -> delete(name, types, filer));
  }

  private static void delete(String packageName, Set<String> types, Filer filer) {
    try {
      URI anyClass =
          filer
              .getResource(
                  StandardLocation.CLASS_OUTPUT, packageName, types.iterator().next() + ".class")
              .toUri();
      try (DirectoryStream<Path> files =
          Files.newDirectoryStream(Path.of(anyClass).resolveSibling("."))) {
        for (Path file : files) {
          Matcher closure = CLOSURE.matcher(file.getFileName().toString());
          if (closure.matches() && isIn(types, closure.group(1))) {
            Files.delete(file);
          }
        }
      }
    } catch (IOException | RuntimeException e) {
      // No directory of files: then nothing is left over in it either.
    }
  }

  /** Says whether a class is one of the types, or nested in one. */
  private static boolean isIn(Set<String> types, String className) {
    for (int end = className.indexOf('$', 1); end >= 0; end = className.indexOf('$', end + 1)) {
      if (types.contains(className.substring(0, end))) {
        return true;
      }
    }
    return types.contains(className);
  }
}
