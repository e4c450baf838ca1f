package dev.throttle.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Weighs one contender after another. */
final class MemoryRun {

  /** More than the parts of a period that a limiter could tell apart. */
  private static final int STEPS = 2_048;

  /** Of each size, to weigh more than the JVM itself allocates meanwhile. */
  private static final int COPIES = 64;

  private static final int PERMITS_OF_KEYS = 100;

  /** No key is forgotten because all its permits are back, while others are still added. */
  private static final Duration PERIOD_OF_KEYS = Duration.ofHours(1);

  private final String[] keys;
  private final Duration period;

  /**
   * @param period of the limits of different sizes
   */
  MemoryRun(int keys, Duration period) {
    this.keys = IntStream.range(0, keys).mapToObj(i -> "key" + i).toArray(String[]::new);
    this.period = period;
  }

  MemoryRow run(KeyedContender contender, List<Integer> sizes) throws InterruptedException {
    double keyBytes = keys(contender);
    MemoryRow.OfSize[] buckets = new MemoryRow.OfSize[sizes.size()];
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = bucket(contender, sizes.get(i));
    }
    return new MemoryRow(contender.label(), keyBytes, List.of(buckets));
  }

  private double keys(KeyedContender contender) throws InterruptedException {
    long empty = Heap.usedBytes();
    Keyed keyed = contender.keyed(PERMITS_OF_KEYS, PERIOD_OF_KEYS);
    for (String key : keys) {
      keyed.call(key);
    }
    double bytes = (double) (Heap.usedBytes() - empty) / keys.length;
    keyed.call(keys[0]); // it lives until here
    return bytes;
  }

  private MemoryRow.OfSize bucket(KeyedContender contender, int permits)
      throws InterruptedException {
    int copies = Math.min(COPIES, keys.length);
    contender.keyed(permits, period).call(keys[0]); // loads the classes
    long empty = Heap.usedBytes();
    Keyed keyed = contender.keyed(permits, period);
    long start = System.nanoTime();
    for (int step = 0; step < STEPS; step++) {
      Pace.until(start + period.toNanos() * step / STEPS);
      if (isDue(permits, step)) {
        callAll(keyed, copies);
      }
    }
    double busyBytes = (double) (Heap.usedBytes() - empty) / copies;
    rest();
    callAll(keyed, copies);
    double idleBytes = (double) (Heap.usedBytes() - empty) / copies;
    keyed.call(keys[0]); // it lives until here
    return new MemoryRow.OfSize(permits, busyBytes, idleBytes);
  }

  /** Waits until every permit is free again, also where a guard is added to the period. */
  private void rest() throws InterruptedException {
    Pace.until(System.nanoTime() + period.toNanos() * 5 / 4);
  }

  private void callAll(Keyed keyed, int copies) throws InterruptedException {
    for (int i = 0; i < copies; i++) {
      keyed.call(keys[i]);
    }
  }

  /** Spreads calls evenly, at most as many as there are permits and one a step: nobody waits. */
  private static boolean isDue(int permits, int step) {
    return (long) step * permits / STEPS < (step + 1L) * permits / STEPS;
  }
}
