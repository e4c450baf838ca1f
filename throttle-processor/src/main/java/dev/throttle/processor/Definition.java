package dev.throttle.processor;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What defines a bucket, as written; null where left out.
 *
 * <p>Two definitions agree by meaning, not by letter: {@code PT60S} is {@code PT1M}.
 */
record Definition(
    String name,
    int limit,
    String period,
    @Nullable String algorithm,
    @Nullable String countedWithin,
    @Nullable Integer maxQueue) {

  private static final String DEFAULT_ALGORITHM = "SLIDING_WINDOW";
  private static final int DEFAULT_MAX_QUEUE = 100_000;

  /** Returns the first attribute in which the two differ, or null if they agree. */
  @Nullable String firstDifference(Definition other) {
    if (limit != other.limit) {
      return Declaration.LIMIT;
    }
    if (!Objects.equals(Span.parse(period), Span.parse(other.period))) {
      return Declaration.PERIOD;
    }
    if (!algorithmOrDefault().equals(other.algorithmOrDefault())) {
      return Declaration.ALGORITHM;
    }
    if (!Objects.equals(countedWithinOrNull(), other.countedWithinOrNull())) {
      return Declaration.COUNTED_WITHIN;
    }
    return maxQueueOrDefault() == other.maxQueueOrDefault() ? null : Declaration.MAX_QUEUE;
  }

  /** Returns the limit in words: {@code 100 per 15 minutes}. */
  String inWords() {
    Duration span = Objects.requireNonNullElse(Span.parse(period), Duration.ZERO);
    StringBuilder words = new StringBuilder().append(limit);
    if (span.isZero()) {
      words.append(" at once");
    } else {
      String said = Span.inWords(span);
      words.append(" per ").append(said.matches("1 [a-z]+") ? said.substring(2) : said);
    }
    if (!algorithmOrDefault().equals(DEFAULT_ALGORITHM)) {
      words.append(", ").append(algorithm);
    }
    Duration counted = countedWithinOrNull();
    if (counted != null) {
      words.append(", counted within ").append(Span.inWords(counted));
    }
    if (maxQueueOrDefault() != DEFAULT_MAX_QUEUE) {
      words.append(", at most ").append(maxQueueOrDefault()).append(" waiting");
    }
    return words.toString();
  }

  private String algorithmOrDefault() {
    return algorithm == null ? DEFAULT_ALGORITHM : algorithm;
  }

  private @Nullable Duration countedWithinOrNull() {
    return countedWithin == null ? null : Span.parse(countedWithin);
  }

  private int maxQueueOrDefault() {
    return maxQueue == null ? DEFAULT_MAX_QUEUE : maxQueue;
  }
}
