package dev.throttle.core;

/**
 * A FIFO of (completion time, number of slots), oldest first: the slots that rest. Not thread-safe.
 *
 * <p>What is added within a span of the first of a run joins that run, whose time becomes the
 * latest of them: slots come back at most a span late and never early. A window of 1,024 spans
 * hence holds about a thousand runs however many slots there are.
 */
final class Runs {

  /** More than the runs of one window; beyond it everything joins the last, late but correct. */
  private static final int MOST = 1_536;

  private static final int SMALLEST = 8;
  private static final long[] NO_TIMES = {};
  private static final int[] NO_COUNTS = {};

  private long[] times = NO_TIMES;
  private int[] counts = NO_COUNTS;
  private int head;
  private int size;
  private int total;
  private long lastBase;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** Returns the number of all slots. */
  int total() {
    return total;
  }

  long firstTime() {
    return times[head];
  }

  /** Returns the time of the run with which so many slots are together, or of the last. */
  long timeOf(long slots) {
    int i = 0;
    for (long left = slots - count(0); left > 0 && i < size - 1; left -= count(i)) {
      i++;
    }
    return times[index(i)];
  }

  /** Returns how many slots completed by then. */
  int completedBy(long time) {
    int slots = 0;
    for (int i = 0; i < size && times[index(i)] - time <= 0; i++) {
      slots += count(i);
    }
    return slots;
  }

  int count(int i) {
    return counts[index(i)];
  }

  /**
   * Adds slots that completed between {@code first} and {@code last}; what is earlier than the last
   * run counts as late as that.
   */
  void add(long first, long last, int count, Terms terms) {
    total += count;
    if (size > 0) {
      int i = index(size - 1);
      if (last - times[i] < 0) {
        last = times[i];
      }
      if (last - lastBase <= terms.spanUntil(last) || size == MOST) {
        times[i] = last;
        counts[i] += count;
        if (first - lastBase < 0) {
          lastBase = first; // what began earlier is not to wait for still later ones
        }
        return;
      }
    }
    if (size == times.length) {
      grow();
    }
    int next = index(size++);
    times[next] = last;
    counts[next] = count;
    lastBase = first;
  }

  /** Removes the first run and returns its slots. */
  int removeFirst() {
    int count = counts[head];
    removeFromFirst(count);
    return count;
  }

  /** Removes slots of the first run, which has so many. */
  void removeFromFirst(int count) {
    total -= count;
    counts[head] -= count;
    if (counts[head] > 0) {
      return;
    }
    head = index(1);
    if (--size == 0) {
      head = 0;
      if (times.length > SMALLEST) {
        times = NO_TIMES;
        counts = NO_COUNTS;
      }
    }
  }

  private int index(int i) {
    int index = head + i;
    return index < times.length ? index : index - times.length;
  }

  private void grow() {
    int length = Math.min(MOST, Math.max(SMALLEST, 2 * times.length));
    long[] moreTimes = new long[length];
    int[] moreCounts = new int[length];
    for (int i = 0; i < size; i++) {
      moreTimes[i] = times[index(i)];
      moreCounts[i] = count(i);
    }
    times = moreTimes;
    counts = moreCounts;
    head = 0;
  }
}
