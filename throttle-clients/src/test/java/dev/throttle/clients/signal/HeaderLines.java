package dev.throttle.clients.signal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Headers as they are on the wire, in lines. */
final class HeaderLines {

  private HeaderLines() {}

  static Headers of(String lines) {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    lines
        .lines()
        .filter(line -> !line.isBlank())
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              headers
                  .computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
                  .add(line.substring(colon + 1));
            });
    return headers::get;
  }
}
