package dev.throttle.processor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code docs/diagnostics.md}, read as data. */
final class DiagnosticsPage {

  /** The code blocks of a section, by the line that introduces them: {@code Wrong:}. */
  record Section(Map<String, List<String>> blocks) {

    String[] sources(String part) {
      return blocks.getOrDefault(part, List.of()).toArray(String[]::new);
    }

    String message() {
      return String.join("\n", blocks.get("Message:")).strip();
    }
  }

  private DiagnosticsPage() {}

  static Map<String, Section> sections() {
    Map<String, Section> sections = new TreeMap<>();
    Map<String, List<String>> blocks = Map.of();
    String part = "";
    StringBuilder block = null;
    for (String line : lines()) {
      if (line.startsWith("## ")) {
        blocks = new TreeMap<>();
        sections.put(line.substring("## ".length(), line.indexOf(':')), new Section(blocks));
      } else if (line.startsWith("```")) {
        if (block == null) {
          block = new StringBuilder();
        } else {
          blocks.computeIfAbsent(part, key -> new ArrayList<>()).add(block.toString());
          block = null;
        }
      } else if (block != null) {
        block.append(line).append('\n');
      } else if (line.endsWith(":")) {
        part = line;
      }
    }
    return sections;
  }

  private static List<String> lines() {
    try {
      return Files.readAllLines(Path.of("..", "docs", "diagnostics.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
