package dev.throttle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HeapTest {

  @Test
  void what_lives_is_weighed_and_what_does_not_is_not() {
    int count = 100_000;
    long[][] living = new long[count][];
    long before = Heap.usedBytes();

    Arrays.setAll(living, i -> new long[8]);
    long[][] dead = new long[count][];
    Arrays.setAll(dead, i -> new long[8]);
    dead = null;
    long after = Heap.usedBytes();

    // A header of 16 bytes and 8 numbers.
    assertThat((double) (after - before) / count).isBetween(79.0, 82.0);
    assertThat(living[count - 1]).hasSize(8);
  }
}
