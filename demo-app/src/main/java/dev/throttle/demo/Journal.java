package dev.throttle.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Keeps a half as a file of comma-separated values: the two halves run in programs of their own.
 */
final class Journal {

  private static final String SUMMARY = "failed,blockedThreads";
  private static final String CALLS = "askedNanos,arrivedNanos,countedNanos,answeredNanos,refused";
  private static final Pattern COMMA = Pattern.compile(",");

  private Journal() {}

  static void write(Half half, Path file) throws IOException {
    String summary = half.failed() + "," + half.blockedThreads();
    Stream<String> calls = half.passages().stream().map(Journal::line);
    Files.write(file, Stream.concat(Stream.of(SUMMARY, summary, CALLS), calls).toList());
  }

  static Half read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    String[] summary = COMMA.split(lines.get(1), -1);
    return new Half(
        lines.stream().skip(3).map(Journal::passage).toList(),
        Integer.parseInt(summary[0]),
        Integer.parseInt(summary[1]));
  }

  private static String line(Passage call) {
    return call.askedNanos()
        + ","
        + call.arrivedNanos()
        + ","
        + call.countedNanos()
        + ","
        + call.answeredNanos()
        + ","
        + call.refused();
  }

  private static Passage passage(String line) {
    String[] values = COMMA.split(line, -1);
    return new Passage(
        Long.parseLong(values[0]),
        Long.parseLong(values[1]),
        Long.parseLong(values[2]),
        Long.parseLong(values[3]),
        Boolean.parseBoolean(values[4]));
  }
}
