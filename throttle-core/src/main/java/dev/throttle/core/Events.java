package dev.throttle.core;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the listener, if there is one, and the flight recorder. Thread-safe. */
final class Events {

  private static final Logger LOG = LoggerFactory.getLogger(ThrottleListener.class);

  /** Asked for at each grant; null costs a load. */
  volatile @Nullable ThrottleListener listener;

  void grantedAtOnce(Throttle throttle) {
    tell(to -> to.granted(throttle, Duration.ZERO));
  }

  /** Asks who wants to be told how a wait ends, before it begins. */
  void beginWait(Waiter waiter) {
    tell(to -> waiter.listener = to.beginWait(waiter.throttle));
  }

  private static void endWait(Waiter waiter, WaitListener.Outcome outcome) {
    WaitListener to = waiter.listener;
    if (to != null) {
      waiter.listener = null;
      try {
        to.ended(outcome);
      } catch (Throwable e) { // as in tell
        LOG.warn("a WaitListener threw; the call goes on: {}", to, e);
      }
    }
  }

  /** Begins a wait under the room's lock, and leaves the telling for after. */
  void waiting(Waiter waiter, Bucket blocking, Aftermath after) {
    FlightRecorder.begin(waiter, blocking);
    if (listener != null) {
      after.add(() -> tell(to -> to.waiting(waiter.throttle, blocking)));
    }
  }

  void granted(Waiter waiter, TimeSource time) {
    FlightRecorder.end(waiter, "granted");
    endWait(waiter, WaitListener.Outcome.GRANTED);
    if (listener != null) {
      Duration waited = waiter.waited(time.nanos());
      tell(to -> to.granted(waiter.throttle, waited));
    }
  }

  void refused(Throttle throttle, ThrottledException refusal) {
    FlightRecorder.refused(refusal);
    tell(to -> to.refused(throttle, refusal));
  }

  void refused(KeyedBuckets buckets, ThrottledException refusal) {
    FlightRecorder.refused(refusal);
    tell(to -> to.refused(buckets, refusal));
  }

  void refused(Waiter waiter, ThrottledException refusal) {
    FlightRecorder.end(waiter, "refused");
    endWait(waiter, WaitListener.Outcome.REFUSED);
    refused(waiter.throttle, refusal);
  }

  void cancelled(Waiter waiter, TimeSource time) {
    FlightRecorder.end(waiter, "cancelled");
    endWait(waiter, WaitListener.Outcome.CANCELLED);
    if (listener != null) {
      Duration waited = waiter.waited(time.nanos());
      tell(to -> to.cancelled(waiter.throttle, waited));
    }
  }

  void paused(Bucket bucket, long nanos) {
    FlightRecorder.paused(bucket, nanos);
    tell(to -> to.paused(bucket, Duration.ofNanos(nanos)));
  }

  void resumed(Bucket bucket) {
    tell(to -> to.resumed(bucket));
  }

  void usedByOthers(Bucket bucket, int permits) {
    tell(to -> to.usedByOthers(bucket, permits));
  }

  void heldTooLong(Bucket bucket, int permits) {
    tell(to -> to.heldTooLong(bucket, permits));
  }

  void wouldHaveWaited(Throttle throttle, Bucket bucket, long predicted) {
    tell(to -> to.wouldHaveWaited(throttle, bucket, Duration.ofNanos(predicted)));
  }

  private void tell(Consumer<ThrottleListener> event) {
    ThrottleListener to = listener;
    if (to != null) {
      try {
        event.accept(to);
      } catch (Throwable e) { // also what is checked, which languages without checks throw
        LOG.warn("a ThrottleListener threw; the call goes on: {}", to, e);
      }
    }
  }
}
