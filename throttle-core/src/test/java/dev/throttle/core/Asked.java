package dev.throttle.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What is on record of one call of a history: when it asked, was granted, ended. */
class Asked {

  static final long NEVER = Long.MAX_VALUE;

  final int number;
  @Nullable Throttle throttle;
  final long maxWaitNanos;
  final long askedAt;

  long grantedAt = NEVER;
  long endedAt = NEVER;
  long cancelledAt = NEVER;
  long refusedAt = NEVER;
  ThrottledException.@Nullable Reason refusal;
  boolean givenBack;
  boolean refusedInCall;

  @Nullable CompletableFuture<?> future;
  @Nullable Permit permit;
  @Nullable CompletableFuture<String> started;

  Asked(int number, Throttle throttle, long maxWaitNanos, long askedAt) {
    this.number = number;
    this.throttle = throttle;
    this.maxWaitNanos = maxWaitNanos;
    this.askedAt = askedAt;
  }

  int cost() {
    return throttle.cost();
  }

  List<Bucket> buckets() {
    return throttle.buckets();
  }

  boolean isGranted() {
    return grantedAt != NEVER;
  }

  boolean isInFlight() {
    return isGranted() && endedAt == NEVER;
  }

  boolean isWaiting() {
    return future != null && !isGranted() && cancelledAt == NEVER && refusedAt == NEVER;
  }

  /** Returns the latest instant at which the provider can have counted the call. */
  long countedAt(Limit limit) {
    return limit.countedWithin() == null
        ? endedAt
        : Math.min(endedAt, grantedAt + limit.countedWithin().toNanos());
  }

  /** Returns whether its slot of such a limit may have been taken back before its end. */
  boolean outlivedItsHold(Limit limit, long now) {
    return limit.countedWithin() == null
        && Math.min(endedAt, now) - grantedAt >= limit.maxHold().toNanos();
  }

  String what() {
    return "cost " + cost() + " of " + buckets();
  }

  @Override
  public String toString() {
    List<String> events = new ArrayList<>();
    events.add("#" + number + " " + what());
    events.add("asked " + askedAt);
    add(events, "granted", grantedAt);
    add(events, givenBack ? "given back" : "ended", endedAt);
    add(events, "cancelled", cancelledAt);
    add(events, "refused " + refusal, refusedAt);
    if (maxWaitNanos != Nanos.FOR_EVER) {
      events.add("maxWait " + maxWaitNanos);
    }
    return String.join(", ", events);
  }

  private static void add(List<String> events, String what, long at) {
    if (at != NEVER) {
      events.add(what + " " + at);
    }
  }
}
