package dev.throttle.core;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A call that was refused its permit, and was not made.
 *
 * <p>The provider has seen nothing of it: a circuit breaker should not count it as a failure, a
 * retry should not repeat it at once.
 */
public final class ThrottledException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Why a call was refused. */
  public enum Reason {
    /** It would have to wait longer than its {@code maxWait}, or has done so. */
    MAX_WAIT,
    /** As many calls wait already as the bucket's {@code maxQueue} allows. */
    MAX_QUEUE,
    /** It costs more permits than a limit can ever give. */
    COST,
    /** A name has as many keys as its {@code maxKeys} allows. */
    MAX_KEYS,
    /** The waiting thread was interrupted; its interrupt flag is set again. */
    INTERRUPTED,
    /** It would have to wait in a thread that must not block, such as one of an event loop. */
    MUST_NOT_BLOCK,
    /** The buckets or their time source were closed. */
    CLOSED
  }

  private final Reason reason;
  private final String bucket;
  private final transient @Nullable Limit limit;
  private final Duration predictedWait;
  private final int waitingBefore;

  private ThrottledException(
      Reason reason, Bucket bucket, long predictedNanos, int waitingBefore, String message) {
    this(reason, bucket.name(), bucket.limit(), predictedNanos, waitingBefore, message);
  }

  private ThrottledException(
      Reason reason,
      String bucket,
      @Nullable Limit limit,
      long predictedNanos,
      int waitingBefore,
      String message) {
    super(message);
    this.reason = reason;
    this.bucket = bucket;
    this.limit = limit;
    this.predictedWait = Duration.ofNanos(predictedNanos);
    this.waitingBefore = waitingBefore;
  }

  static ThrottledException tooLong(
      Bucket bucket, long predictedNanos, long maxWaitNanos, int waitingBefore) {
    String message =
        String.format(
            Locale.ROOT,
            "%s is full: next permit in %s%s, but maxWait is %s; %s before this one",
            bucket,
            predictedNanos == 0 ? "an unknown time" : "",
            predictedNanos == 0 ? "" : Nanos.words(predictedNanos),
            Nanos.words(maxWaitNanos),
            calls(waitingBefore));
    return new ThrottledException(Reason.MAX_WAIT, bucket, predictedNanos, waitingBefore, message);
  }

  static ThrottledException waitedTooLong(Bucket bucket, long maxWaitNanos, int waitingBefore) {
    return new ThrottledException(
        Reason.MAX_WAIT,
        bucket,
        0,
        waitingBefore,
        String.format(
            Locale.ROOT,
            "%s gave no permit within the maxWait of %s; %s before this one",
            bucket,
            Nanos.words(maxWaitNanos),
            calls(waitingBefore)));
  }

  static ThrottledException queueFull(Bucket bucket, long predictedNanos, int waiting) {
    return new ThrottledException(
        Reason.MAX_QUEUE,
        bucket,
        predictedNanos,
        waiting,
        String.format(
            Locale.ROOT,
            "%s has no room for another waiting call: %s, and maxQueue is %d",
            bucket,
            calls(waiting),
            bucket.maxQueue()));
  }

  static ThrottledException costAboveLimit(Bucket bucket, int cost, int most) {
    return new ThrottledException(
        Reason.COST,
        bucket,
        0,
        0,
        String.format(
            Locale.ROOT,
            "%s can never give %d permits to one call, but %d at most: cost must not be above the"
                + " limit less its reserve",
            bucket,
            cost,
            most));
  }

  static ThrottledException tooManyKeys(String name, int maxKeys) {
    return new ThrottledException(
        Reason.MAX_KEYS,
        name,
        null,
        0,
        0,
        String.format(
            Locale.ROOT,
            "bucket '%s' has %d keys in use, and maxKeys is %d: no room for another",
            name,
            maxKeys,
            maxKeys));
  }

  static ThrottledException interrupted(Bucket bucket) {
    return new ThrottledException(
        Reason.INTERRUPTED, bucket, 0, 0, "interrupted while waiting for " + bucket);
  }

  static ThrottledException mustNotBlock(Throttle throttle, Thread thread) {
    return new ThrottledException(
        Reason.MUST_NOT_BLOCK,
        throttle.route.buckets[0],
        0,
        0,
        String.format(
            Locale.ROOT,
            "a call through %s would have to wait, but thread '%s' must not block: return a Mono, a"
                + " CompletionStage or the like, which waits without a thread, or move the call to"
                + " one that may block, such as those of Schedulers.boundedElastic()",
            throttle.buckets().stream().map(Bucket::toString).collect(Collectors.joining(" + ")),
            thread.getName()));
  }

  static ThrottledException closed(Bucket bucket, @Nullable Throwable cause) {
    ThrottledException closed =
        new ThrottledException(
            Reason.CLOSED, bucket, 0, 0, bucket + " is closed: nobody can wait for it any more");
    if (cause != null) {
      closed.initCause(cause);
    }
    return closed;
  }

  private static String calls(int waiting) {
    return waiting == 1 ? "1 call waits" : waiting + " calls wait";
  }

  /** Returns why the call was refused. */
  public Reason reason() {
    return reason;
  }

  /** Returns the name of the bucket that refused. */
  public String bucket() {
    return bucket;
  }

  /** Returns the limit of that bucket; null where no bucket was made, and once serialised. */
  public @Nullable Limit limit() {
    return limit;
  }

  /**
   * Returns the least time after which a permit could have been granted; zero where it cannot be
   * predicted, as with a limit of concurrency.
   */
  public Duration predictedWait() {
    return predictedWait;
  }

  /** Returns how many calls waited for that bucket before this one. */
  public int waitingBefore() {
    return waitingBefore;
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
