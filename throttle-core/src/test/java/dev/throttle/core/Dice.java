package dev.throttle.core;

import java.util.List;
import java.util.Random;

/** The chance of a history, all of it made from a seed. */
final class Dice {

  final Random random;

  Dice(long seed) {
    random = new Random(seed);
  }

  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  /** Returns an index with the probability of its weight. */
  int pick(int... weights) {
    int sum = 0;
    for (int weight : weights) {
      sum += weight;
    }
    int at = random.nextInt(sum);
    int i = 0;
    while (at >= weights[i]) {
      at -= weights[i++];
    }
    return i;
  }

  <T> T oneOf(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Returns some part of a time. */
  long partOf(long nanos) {
    return partOf((double) nanos);
  }

  long partOf(double nanos) {
    return (long) (random.nextDouble() * nanos);
  }
}
