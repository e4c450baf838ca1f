package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Says from the record of a history alone whether the promises were kept: slowly, obviously, and
 * without any of our counters.
 *
 * <p>It looks into the waiting room for one thing only: where an older call is parked, since that
 * is what may keep a younger one from a free slot.
 */
final class Oracle {

  private final FakeTime time;
  private final List<Bucket> buckets;
  private final List<Asked> record = new ArrayList<>();

  Oracle(FakeTime time, List<Bucket> buckets) {
    this.time = time;
    this.buckets = buckets;
  }

  void add(Asked asked) {
    record.add(asked);
  }

  // ---- never more than N

  /**
   * Whatever instant the provider picks for each call, no interval of P holds more than N of them.
   */
  void assertThatNoProviderCountsTooMany() {
    for (Bucket bucket : buckets) {
      Limit limit = bucket.limit();
      List<Asked> sent = new ArrayList<>();
      for (Asked call : record) {
        if (call.isGranted()
            && !call.givenBack
            && call.buckets().contains(bucket)
            && !call.outlivedItsHold(limit, Asked.NEVER)) {
          sent.add(call);
        }
      }
      for (Asked first : sent) {
        if (!limit.period().isZero()) {
          assertThat(mostFrom(first.countedAt(limit), sent, limit))
              .as("%s from %d on", bucket, first.countedAt(limit))
              .isLessThanOrEqualTo(limit.permits());
        }
      }
    }
  }

  /** The calls that can be counted in the interval of one period that starts at {@code from}. */
  private static long mostFrom(long from, List<Asked> sent, Limit limit) {
    long period = limit.period().toNanos();
    boolean inclusive = !limit.guard().isZero();
    long cost = 0;
    for (Asked call : sent) {
      boolean before = inclusive ? call.grantedAt <= from + period : call.grantedAt < from + period;
      if (before && call.countedAt(limit) >= from) {
        cost += call.cost();
      }
    }
    return cost;
  }

  /** A limit of concurrency holds at each instant, for those that have not outlived their hold. */
  void assertThatNotTooManyAreInFlight() {
    for (Bucket bucket : buckets) {
      Limit limit = bucket.limit();
      if (limit.period().isZero()) {
        long inFlight = 0;
        for (Asked call : record) {
          if (call.isInFlight()
              && call.buckets().contains(bucket)
              && !call.outlivedItsHold(limit, time.elapsed())
              && call.countedAt(limit) > time.elapsed()) {
            inFlight += call.cost();
          }
        }
        assertThat(inFlight).as("in flight: %s", bucket).isLessThanOrEqualTo(limit.permits());
      }
    }
  }

  // ---- all capacity is used

  void assertThatNobodyWaitsInVain() {
    for (Asked waiting : record) {
      if (waiting.isWaiting() && hasRoomInAll(waiting) && !isBehindSomebody(waiting)) {
        throw new AssertionError(
            "at " + time.elapsed() + " waits although all its buckets have room: " + waiting);
      }
    }
  }

  private boolean hasRoomInAll(Asked waiting) {
    for (Bucket bucket : waiting.buckets()) {
      if (surelyFree(bucket) < waiting.cost()) {
        return false;
      }
    }
    return true;
  }

  /** An older call is parked at one of its buckets and lacks room there, or insists. */
  private boolean isBehindSomebody(Asked waiting) {
    for (Bucket bucket : waiting.buckets()) {
      for (Line line : TestBuckets.parkedAt(bucket)) {
        Waiter head = line.first;
        assertThat(head).as("head of a parked line").isNotNull();
        if (askedOf(head, record).number < waiting.number
            && (line.insistent || surelyFree(bucket) < head.throttle.cost())) {
          return true;
        }
      }
    }
    return false;
  }

  /** Returns the call that such a waiter stands for. */
  static <T extends Asked> T askedOf(Waiter waiter, List<T> record) {
    for (T asked : record) {
      if (asked.future != null && asked.future == ((WaitingFuture<?>) waiter).future) {
        return asked;
      }
    }
    throw new AssertionError("waits, but nobody has its future: " + waiter);
  }

  private long surelyFree(Bucket bucket) {
    long free = bucket.limit().permits();
    for (Asked call : record) {
      if (call.isGranted()
          && call.buckets().contains(bucket)
          && time.elapsed() < freeAtTheLatest(call, bucket.limit())) {
        free -= call.cost();
      }
    }
    return free;
  }

  static long freeAtTheLatest(Asked call, Limit limit) {
    long counted = call.countedAt(limit);
    Duration within = limit.countedWithin();
    boolean inTime = within == null || call.endedAt < call.grantedAt + within.toNanos();
    if (call.givenBack && inTime && !call.outlivedItsHold(limit, Asked.NEVER)) {
      return call.endedAt;
    }
    long rest = limit.period().isZero() ? 0 : limit.period().plus(limit.guard()).toNanos();
    long rounding = rest / 1024 + (within == null ? 0 : within.toNanos() / 128);
    return counted == Asked.NEVER ? Asked.NEVER : counted + rest + rounding;
  }

  // ---- order

  /** To be asked at a grant: nobody older waits whose buckets are all among those of this call. */
  void assertThatNobodyWasOvertakenBy(Asked granted) {
    for (Asked older : record) {
      if (older.number < granted.number
          && older.isWaiting()
          && new HashSet<>(granted.buckets()).containsAll(older.buckets())) {
        throw new AssertionError(granted + " overtook " + older);
      }
    }
  }

  // ---- endings

  void assertThatEachEndedAsItShould(boolean exact) {
    for (Asked call : record) {
      if (call.cancelledAt != Asked.NEVER || call.refusedAt != Asked.NEVER) {
        assertThat(call.isGranted()).as("granted after all: %s", call).isFalse();
      }
      if (call.refusal == ThrottledException.Reason.MAX_WAIT && exact) {
        assertThat(call.refusedAt)
            .as("refused at once or at the deadline: %s", call)
            .isEqualTo(call.refusedInCall ? call.askedAt : call.askedAt + call.maxWaitNanos);
      }
      if (call.isGranted() && call.maxWaitNanos != Nanos.FOR_EVER && exact) {
        assertThat(call.grantedAt - call.askedAt)
            .as("granted after its deadline: %s", call)
            .isLessThanOrEqualTo(call.maxWaitNanos);
      }
    }
  }
}
