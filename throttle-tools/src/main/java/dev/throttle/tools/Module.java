package dev.throttle.tools;

import dev.throttle.core.Index;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
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
 */
record Module(String name, Index index, SortedSet<String> unwoven, boolean isWoven) {

  /** Where classes are in a jar, a Spring Boot jar and a WAR. */
  private static final List<String> CLASSES = List.of("", "BOOT-INF/classes", "WEB-INF/classes");

  /** Where further jars are: in a folder, a Spring Boot jar and a WAR. */
  private static final List<String> LIBRARIES =
      List.of("", "lib", "BOOT-INF/lib", "WEB-INF/lib", "WEB-INF/lib-provided");

  /**
   * Returns all that these paths hold, in their order, and of each in the order of the names.
   *
   * @throws IOException if one is not there, or is neither a folder nor a jar
   * @throws IllegalStateException if an index cannot be read
   */
  static List<Module> findAll(List<Path> paths) throws IOException {
    List<Module> found = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new IOException("there is no " + path + ".");
      }
      findIn(path, path.toString(), found);
    }
    return found;
  }

  private static void findIn(Path path, String name, List<Module> found) throws IOException {
    if (Files.isDirectory(path)) {
      findInRoot(path, name, "/", found);
      return;
    }
    try (FileSystem jar = FileSystems.newFileSystem(path)) {
      findInRoot(jar.getPath("/"), name, "!/", found);
    } catch (ProviderNotFoundException | ZipException | ZipError e) {
      throw new IOException(name + " is neither a folder nor a jar: " + e.getMessage() + ".", e);
    }
  }

  private static void findInRoot(Path root, String name, String separator, List<Module> found)
      throws IOException {
    for (String folder : CLASSES) {
      String within = folder.isEmpty() ? name : name + separator + folder;
      addModule(root.resolve(folder), within, folder.isEmpty() ? separator : "/", found);
    }
    for (String folder : LIBRARIES) {
      for (Path jar : jars(root.resolve(folder))) {
        findIn(jar, name + separator + root.relativize(jar), found);
      }
    }
  }

  private static void addModule(Path root, String name, String separator, List<Module> found)
      throws IOException {
    try (Reader text = Files.newBufferedReader(root.resolve(Index.PATH))) {
      Index index = Index.read(name + separator, text);
      Function<String, byte @Nullable []> classFiles = path -> bytes(root.resolve(path));
      found.add(
          new Module(name, index, index.unwovenBodies(classFiles), index.isWoven(classFiles)));
    } catch (NoSuchFileException e) {
      // nothing of ours in it
    }
  }

  private static List<Path> jars(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private static byte @Nullable [] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      return null; // moved or dropped by a tool
    }
  }

  /** Returns in a few words whether limits are kept here without an agent or hooks. */
  String weaving() {
    if (index.methods().isEmpty()) {
      return "nothing to weave";
    }
    if (!isWoven) {
      boolean hasBodies = index.methods().stream().anyMatch(Index.Method::hasBody);
      return hasBodies ? "no" : "no, and it has interfaces only";
    }
    return unwoven.isEmpty() ? "yes" : "all but " + String.join(", ", unwoven);
  }
}
