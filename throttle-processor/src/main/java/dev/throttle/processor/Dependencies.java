package dev.throttle.processor;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.annotation.processing.Filer;
import javax.tools.FileObject;
import javax.tools.StandardLocation;
import org.jspecify.annotations.Nullable;

/**
 * The buckets that the jars and directories of the class path define.
 *
 * <p>A processor can read a resource of the class path by name, but only the first of that name,
 * and can list nothing: so it cannot read every jar's index. Therefore each bucket has, beside its
 * line in the index, a small file whose path is made from the bucket's name ({@link
 * Index#bucketPath}), and to ask whether anybody defines a bucket is to ask for that file. This
 * needs neither classes in a package of ours, which named modules could not share, nor javac's
 * internals. It finds the first definition; two dependencies that contradict each other are found
 * at start, from their indexes.
 *
 * <p>javac lets no processor read resources of the <em>module</em> path. When a named module is
 * compiled, a bucket that is not found may therefore still be defined: {@link #areComplete} is then
 * false, nothing is reported, and the library says so at start. The same holds for compilers whose
 * {@code Filer} does not read the class path at all.
 *
 * <p>Build tools put the output of the last build on the class path. Its files would be taken for a
 * dependency's, and hide the dependencies behind them, so they are deleted first.
 */
final class Dependencies {

  private final Filer filer;
  private final Map<String, Optional<Definition>> found = new HashMap<>();
  private final Map<String, String> unknownVersions = new HashMap<>();
  private boolean complete;

  Dependencies(Filer filer, boolean inNamedModule) {
    this.filer = filer;
    this.complete = !inNamedModule;
  }

  /** Says whether a bucket that was not found is surely not defined by any dependency. */
  boolean areComplete() {
    return complete;
  }

  @Nullable Definition find(String name) {
    return found.computeIfAbsent(name, this::read).orElse(null);
  }

  /**
   * Returns the version in which a dependency describes the bucket, if that is one that we cannot
   * read; null otherwise. Such a bucket is not found.
   */
  @Nullable String unknownVersion(String name) {
    find(name);
    return unknownVersions.get(name);
  }

  /** Forgets the buckets that the last build of this module wrote. */
  void deleteOutputOfLastBuild() {
    String index;
    try {
      index = text(output(Index.PATH));
    } catch (IOException | RuntimeException e) {
      return;
    }
    for (String old : Index.readNames(index)) {
      try {
        // FileObject.delete() is refused by javac's Filer.
        Files.deleteIfExists(Path.of(output(Index.bucketPath(old)).toUri()));
      } catch (IOException | RuntimeException e) {
        // Not a file, or one that only the build tool may clean.
      }
    }
  }

  private FileObject output(String path) throws IOException {
    return filer.getResource(StandardLocation.CLASS_OUTPUT, "", path);
  }

  private Optional<Definition> read(String name) {
    String text;
    try {
      text = text(filer.getResource(StandardLocation.CLASS_PATH, "", Index.bucketPath(name)));
    } catch (NoSuchFileException | FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      complete = false;
      return Optional.empty();
    }
    String unknown = Index.unknownVersion(text);
    if (unknown != null) {
      unknownVersions.put(name, unknown);
      return Optional.empty();
    }
    return Index.readDefinitions(text).stream()
        .filter(definition -> definition.name().equals(name))
        .findFirst();
  }

  private static String text(FileObject file) throws IOException {
    // Not getCharContent: it decodes by the -encoding of the user's sources.
    try (InputStream bytes = file.openInputStream()) {
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
