package dev.throttle.processor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What defines a bucket, as written; null where left out.
 *
 * @param limits its limits, at least one, that of the declaration itself first
 * @param keyed whether there is one such bucket per key; null where no method of the module passes
 *     it, so that nobody knows yet
 */
record Definition(
    String name,
    List<WrittenLimit> limits,
    @Nullable Integer maxQueue,
    @Nullable Integer reserve,
    @Nullable Boolean keyed) {

  private static final int DEFAULT_MAX_QUEUE = 100_000;

  /** Returns what the declaration defines, or null if it only names a bucket or is wrong. */
  static @Nullable Definition of(Declaration declaration) {
    String name = declaration.name();
    WrittenLimit first = WrittenLimit.of(declaration);
    if (name == null || !AttributeChecks.isName(name) || first == null) {
      return null;
    }
    List<WrittenLimit> limits = new ArrayList<>(List.of(first));
    for (Declaration also : declaration.also()) {
      WrittenLimit limit = WrittenLimit.of(also);
      if (limit == null) {
        return null;
      }
      limits.add(limit);
    }
    return new Definition(
        name,
        List.copyOf(limits),
        declaration.number(Declaration.MAX_QUEUE),
        declaration.number(Declaration.RESERVE),
        null);
  }

  Definition withKeyed(@Nullable Boolean keyed) {
    return new Definition(name, limits, maxQueue, reserve, keyed);
  }

  /** Returns the most permits that a call can ever take. */
  int capacity() {
    return limits.stream().mapToInt(WrittenLimit::capacity).min().orElseThrow();
  }

  /** Returns the most permits that a call of less than high priority can ever take. */
  int capacityBesideReserve() {
    return limits.stream()
        .mapToInt(WrittenLimit::capacity)
        .map(capacity -> capacity - (int) ((long) capacity * reserveOrNone() / 100))
        .min()
        .orElseThrow();
  }

  /**
   * Returns the first attribute in which the two differ, or null if they agree. Whether they are
   * keyed is not theirs to say, but the methods'.
   */
  @Nullable String firstDifference(Definition other) {
    String difference = limits.get(0).firstDifference(other.limits.get(0));
    if (difference != null) {
      return difference;
    }
    if (limits.size() != other.limits.size()) {
      return Declaration.ALSO;
    }
    for (int i = 1; i < limits.size(); i++) {
      if (limits.get(i).firstDifference(other.limits.get(i)) != null) {
        return Declaration.ALSO;
      }
    }
    if (reserveOrNone() != other.reserveOrNone()) {
      return Declaration.RESERVE;
    }
    return maxQueueOrDefault() == other.maxQueueOrDefault() ? null : Declaration.MAX_QUEUE;
  }

  /**
   * Says whether this bucket surely never holds up or refuses a call, given that each call passes
   * the other bucket too and takes no fewer permits there.
   */
  boolean isSurelyWithin(Definition other) {
    return other.reserveOrNone() >= reserveOrNone()
        && other.maxQueueOrDefault() <= maxQueueOrDefault()
        && limits.stream().allMatch(limit -> other.limits.stream().anyMatch(limit::isSurelyWithin));
  }

  /** Returns the limits in words: {@code 10 per second and 1000 per calendar day}. */
  String inWords() {
    StringBuilder words =
        new StringBuilder(
            limits.stream().map(WrittenLimit::inWords).collect(Collectors.joining(" and ")));
    if (reserveOrNone() != 0) {
      words.append(", ").append(reserveOrNone()).append(" % in reserve");
    }
    if (maxQueueOrDefault() != DEFAULT_MAX_QUEUE) {
      words.append(", at most ").append(maxQueueOrDefault()).append(" waiting");
    }
    return words.toString();
  }

  /** Returns the percentage kept for high priority; one that makes no sense keeps none. */
  int reserveOrNone() {
    return reserve == null || reserve < 0 || reserve > 99 ? 0 : reserve;
  }

  private int maxQueueOrDefault() {
    return maxQueue == null ? DEFAULT_MAX_QUEUE : maxQueue;
  }
}
