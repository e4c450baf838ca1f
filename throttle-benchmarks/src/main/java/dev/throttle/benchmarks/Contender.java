package dev.throttle.benchmarks;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/** Everything that is measured, under the name that the tables print. */
enum Contender {
  FLOOR("floor (nanoTime + CAS)", Peers::floor),
  THROTTLE("throttle", ThrottleLimiter::new),
  NONE("none", Peers::none),
  BUCKET4J_GREEDY("bucket4j greedy", Peers::bucket4jGreedy),
  BUCKET4J_INTERVALLY("bucket4j intervally", Peers::bucket4jIntervally),
  RESILIENCE4J("resilience4j", Peers::resilience4j),
  FAILSAFE_SMOOTH("failsafe smooth", Peers::failsafeSmooth),
  FAILSAFE_BURSTY("failsafe bursty", Peers::failsafeBursty),
  GUAVA("guava", Peers::guava);

  /** Makes a limiter of N permits per period. */
  @FunctionalInterface
  private interface Factory {
    Limiter limiter(int limit, Duration period);
  }

  private final String label;
  private final Factory factory;

  Contender(String label, Factory factory) {
    this.label = label;
    this.factory = factory;
  }

  String label() {
    return label;
  }

  Limiter limiter(int limit, Duration period) {
    return factory.limiter(limit, period);
  }

  /** Whether a 429 of this one fails the run. */
  boolean promisesNo429() {
    return this == THROTTLE;
  }

  static List<Contender> allBut(Contender left) {
    return List.copyOf(EnumSet.complementOf(EnumSet.of(left)));
  }
}
