package dev.throttle.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was done in a history besides its calls, and how often. */
final class Diary {

  private final FakeTime time;
  private final List<String> done = new ArrayList<>();

  final Map<String, Integer> totals = new TreeMap<>();

  Diary(FakeTime time) {
    this.time = time;
  }

  void count(String what, int times) {
    totals.merge(what, times, Integer::sum);
  }

  void note(String what, String details) {
    count(what, 1);
    done.add("at " + time.elapsed() + " " + what + ": " + details);
  }

  @Override
  public String toString() {
    return String.join("\n  ", done);
  }
}
