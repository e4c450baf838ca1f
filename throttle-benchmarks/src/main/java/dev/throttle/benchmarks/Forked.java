package dev.throttle.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A JVM of its own, since a build or a start has a cold one. */
final class Forked {

  private Forked() {}

  /**
   * Runs {@code java} with these arguments and returns the number that it prints.
   *
   * @throws IllegalStateException if it fails or prints something else
   */
  static long number(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    command.addAll(Arrays.asList(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int exit = process.waitFor();
    if (exit != 0 || !printed.matches("\\d+")) {
      throw new IllegalStateException(
          "a forked JVM ended with " + exit + " and printed: " + printed);
    }
    return Long.parseLong(printed);
  }
}
