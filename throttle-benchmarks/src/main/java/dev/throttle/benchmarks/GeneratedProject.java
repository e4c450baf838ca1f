package dev.throttle.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A project of many classes, some of which have a throttled method, spread evenly among them. Its
 * main class calls each of these methods once and prints how long that took, in nanoseconds.
 *
 * @param classes how many there are, beside the main class
 * @param methods how many of them have one throttled method
 */
record GeneratedProject(int classes, int methods) {

  /** Methods that share a bucket, as an API's endpoints do. */
  private static final int METHODS_OF_A_BUCKET = 10;

  /** Its main class, which prints a number. */
  static final String MAIN = "generated.Main";

  GeneratedProject {
    if (methods < 1 || methods > classes) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "methods must be from 1 to the number of classes, %d, but was %d",
              classes,
              methods));
    }
  }

  /**
   * Writes the sources.
   *
   * @param annotated whether methods carry {@code @Throttle}; otherwise they are the same without
   * @return the files
   */
  List<Path> write(Path folder, boolean annotated) throws IOException {
    Path home = Files.createDirectories(folder.resolve("generated"));
    try {
      List<Path> files =
          IntStream.range(0, classes)
              .mapToObj(i -> write(home, name(i), source(i, annotated)))
              .collect(Collectors.toList());
      files.add(write(home, "Main", main()));
      return files;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static Path write(Path folder, String name, String source) {
    try {
      return Files.writeString(folder.resolve(name + ".java"), source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(int i) {
    return "Part" + i;
  }

  /** Returns whether a class has a throttled method. */
  private boolean hasMethod(int i) {
    return (long) i * methods / classes < (long) (i + 1) * methods / classes;
  }

  private String source(int i, boolean annotated) {
    String annotation =
        hasMethod(i) && annotated
            ? String.format(
                Locale.ROOT,
                "@dev.throttle.annotation.Throttle("
                    + "value = \"api.example/%d\", limit = 1000000, period = \"PT1H\")",
                i * (long) methods / classes / METHODS_OF_A_BUCKET)
            : "";
    return String.format(
        Locale.ROOT,
        """
        package generated;

        import java.util.ArrayList;
        import java.util.List;

        public class %s {

          private final List<String> names = new ArrayList<>();
          private long total;

          %s
          public long call(int by) {
            return total += by;
          }

          public void add(String name) {
            if (name.isBlank()) {
              throw new IllegalArgumentException("name must not be blank");
            }
            names.add(name.strip());
          }

          public List<String> sorted() {
            return names.stream().filter(name -> name.length() > %d).sorted().toList();
          }

          public long total() {
            return names.stream().mapToLong(String::length).sum() + total;
          }
        }
        """,
        name(i),
        annotation,
        i % 10);
  }

  private String main() {
    String calls =
        IntStream.range(0, classes)
            .filter(this::hasMethod)
            .mapToObj(i -> "    sum += new " + name(i) + "().call(1);")
            .collect(Collectors.joining("\n"));
    return String.format(
        Locale.ROOT,
        """
        package generated;

        public class Main {

          public static void main(String[] args) {
            long start = System.nanoTime();
            long sum = 0;
        %s
            long nanos = System.nanoTime() - start;
            if (sum != %d) {
              throw new AssertionError(sum);
            }
            System.out.println(nanos);
          }
        }
        """,
        calls,
        methods);
  }
}
