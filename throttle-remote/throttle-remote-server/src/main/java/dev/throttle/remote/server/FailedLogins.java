package dev.throttle.remote.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.ObjLongConsumer;

/**
 * Which kinds of failures there were in this minute, and how many of each: only some kinds are told
 * apart. So whoever fails without end, from however many addresses and with however many names,
 * fills neither a log nor memory.
 *
 * <p>Safe for use by many threads.
 */
final class FailedLogins {

  /**
   * What is told apart.
   *
   * @param id that was tried, if its secret was looked at; otherwise empty, as it may be any
   * @param address where it was tried
   * @param why what was wrong
   */
  record Kind(String id, String address, String why) {}

  private final int most;
  private Map<Kind, Long> times = new LinkedHashMap<>();
  private long others;

  /**
   * Knows of none.
   *
   * @param most how many kinds are told apart in a minute
   */
  FailedLogins(int most) {
    this.most = most;
  }

  /** Counts a failure, and returns whether it is the first of a kind that is told apart. */
  synchronized boolean isFirst(Kind kind) {
    if (times.size() == most && !times.containsKey(kind)) {
      others++;
      return false;
    }
    return times.merge(kind, 1L, Long::sum) == 1;
  }

  /**
   * Ends the minute.
   *
   * @param again is told of each kind how many there were after the first
   * @param beyond is told how many were of no kind that was told apart
   */
  void end(ObjLongConsumer<Kind> again, LongConsumer beyond) {
    Map<Kind, Long> ended;
    long endedOthers;
    synchronized (this) {
      ended = times;
      endedOthers = others;
      times = new LinkedHashMap<>();
      others = 0;
    }
    ended.forEach(
        (kind, count) -> {
          if (count > 1) {
            again.accept(kind, count - 1);
          }
        });
    if (endedOthers > 0) {
      beyond.accept(endedOthers);
    }
  }
}
