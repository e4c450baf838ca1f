package dev.throttle.tools;

import dev.throttle.core.Index;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.ZipError;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A jar or folder with an index.
 *
 * @param name what the user knows it by: the path as given, and what is inside of what
 * @param unwoven the classes with throttled bodies that were not woven
 * @param isWoven whether the module was woven, but for these
 * @param hasClasses whether its classes are here, to be looked at
 */
record Module(
    String name, Index index, SortedSet<String> unwoven, boolean isWoven, boolean hasClasses) {

  /** Where classes are in a jar, a Spring Boot jar and a WAR. */
  private static final List<String> CLASSES = List.of("", "BOOT-INF/classes", "WEB-INF/classes");

  /** Where further jars are: in a folder, a Spring Boot jar and a WAR. */
  private static final List<String> LIBRARIES =
      List.of("", "lib", "BOOT-INF/lib", "WEB-INF/lib", "WEB-INF/lib-provided");

  /**
   * Returns all that these paths hold, in their order, and of each in the order of the names.
   *
   * @param problems where to add what cannot be read; the others are found all the same
   */
  static List<Module> findAll(List<Path> paths, List<String> problems) {
    List<Module> found = new ArrayList<>();
    for (Path path : paths) {
      if (Files.exists(path)) {
        tryIn(path, path.toString(), found, problems);
      } else {
        problems.add("there is no " + path + ".");
      }
    }
    return found;
  }

  private static void tryIn(Path path, String name, List<Module> found, List<String> problems) {
    try {
      findIn(path, name, found, problems);
    } catch (IOException | RuntimeException e) {
      problems.add(name + " cannot be read: " + e.getMessage());
    }
  }

  private static void findIn(Path path, String name, List<Module> found, List<String> problems)
      throws IOException {
    if (Files.isDirectory(path)) {
      findInRoot(path, name, "/", found, problems);
      return;
    }
    try (FileSystem jar = FileSystems.newFileSystem(path)) {
      findInRoot(jar.getPath("/"), name, "!/", found, problems);
    } catch (ProviderNotFoundException | ZipException | ZipError e) {
      throw new IOException("it is neither a folder nor a jar: " + e.getMessage() + ".", e);
    }
  }

  private static void findInRoot(
      Path root, String name, String separator, List<Module> found, List<String> problems)
      throws IOException {
    for (String folder : CLASSES) {
      String within = folder.isEmpty() ? name : name + separator + folder;
      addModule(root.resolve(folder), within, folder.isEmpty() ? separator : "/", found);
    }
    for (String folder : LIBRARIES) {
      for (Path jar : jars(root.resolve(folder))) {
        tryIn(jar, name + separator + root.relativize(jar), found, problems);
      }
    }
  }

  private static void addModule(Path root, String name, String separator, List<Module> found)
      throws IOException {
    try (Reader text = Files.newBufferedReader(root.resolve(Index.PATH))) {
      Index index = Index.read(name + separator, text);
      Function<String, byte @Nullable []> classFiles = path -> classFile(root, path);
      found.add(
          new Module(
              name,
              index,
              index.unwovenBodies(classFiles),
              index.isWoven(classFiles),
              index.methods().stream()
                  .map(method -> method.type().replace('.', '/') + ".class")
                  .anyMatch(path -> classFiles.apply(path) != null)));
    } catch (NoSuchFileException e) {
      // nothing of ours in it
    }
  }

  private static List<Path> jars(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".jar") && Files.isRegularFile(file))
          .sorted()
          .toList();
    }
  }

  /** A Spring Boot jar has its index at the root, and its classes elsewhere. */
  private static byte @Nullable [] classFile(Path root, String path) {
    for (String folder : CLASSES) {
      try {
        return Files.readAllBytes(root.resolve(folder).resolve(path));
      } catch (IOException | InvalidPathException e) {
        // in the next folder, or moved or dropped by a tool
      }
    }
    return null;
  }

  /** Returns in a few words whether limits are kept here without an agent or hooks. */
  String weaving() {
    if (index.methods().isEmpty()) {
      return "nothing to weave";
    }
    if (!hasClasses) {
      return "unknown: its classes are not here";
    }
    if (!isWoven) {
      boolean hasBodies = index.methods().stream().anyMatch(Index.Method::hasBody);
      return hasBodies ? "no" : "no, and it has interfaces only";
    }
    return unwoven.isEmpty() ? "yes" : "all but " + String.join(", ", unwoven);
  }
}
