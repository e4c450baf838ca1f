package dev.throttle.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The compiled aspects by themselves, as in throttle-aspect's jar: ajc reads all that is beside.
 */
final class Aspects {

  private static final String PACKAGE = "dev/throttle/aspect";

  private Aspects() {}

  static void copyTo(Path folder) throws IOException {
    Path source = Path.of(location());
    if (Files.isDirectory(source)) {
      copy(source.resolve(PACKAGE), folder.resolve(PACKAGE));
      return;
    }
    try (FileSystem jar = FileSystems.newFileSystem(source)) {
      copy(jar.getPath(PACKAGE), folder.resolve(PACKAGE));
    }
  }

  private static URI location() {
    try {
      return dev.throttle.aspect.Plans.class
          .getProtectionDomain()
          .getCodeSource()
          .getLocation()
          .toURI();
    } catch (URISyntaxException e) {
      throw new AssertionError("a class path is of URIs", e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
  }
}
