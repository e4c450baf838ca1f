package dev.throttle.spring;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.KeyedBuckets;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottleListener;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.WaitListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells several listeners, of which {@link Buckets} take but one. */
final class ListenerGroup implements ThrottleListener {

  private final List<ThrottleListener> listeners;

  private ListenerGroup(List<ThrottleListener> listeners) {
    this.listeners = listeners;
  }

  static ListenerGroup of(List<ThrottleListener> listeners) {
    return new ListenerGroup(List.copyOf(listeners));
  }

  /** Listens, unless there is nobody to tell: then calls cost less, and others may listen. */
  void listenTo(Buckets buckets) {
    if (!listeners.isEmpty()) {
      buckets.listen(listeners.size() == 1 ? listeners.get(0) : this);
    }
  }

  @Override
  public void granted(Throttle throttle, Duration waited) {
    listeners.forEach(to -> to.granted(throttle, waited));
  }

  @Override
  public void waiting(Throttle throttle, Bucket blocking) {
    listeners.forEach(to -> to.waiting(throttle, blocking));
  }

  @Override
  public @Nullable WaitListener beginWait(Throttle throttle) {
    List<WaitListener> waits = new ArrayList<>(listeners.size());
    for (ThrottleListener listener : listeners) {
      WaitListener wait = listener.beginWait(throttle);
      if (wait != null) {
        waits.add(wait);
      }
    }
    return switch (waits.size()) {
      case 0 -> null;
      case 1 -> waits.get(0);
      default -> outcome -> waits.forEach(to -> to.ended(outcome));
    };
  }

  @Override
  public void refused(Throttle throttle, ThrottledException refusal) {
    listeners.forEach(to -> to.refused(throttle, refusal));
  }

  @Override
  public void refused(KeyedBuckets buckets, ThrottledException refusal) {
    listeners.forEach(to -> to.refused(buckets, refusal));
  }

  @Override
  public void cancelled(Throttle throttle, Duration waited) {
    listeners.forEach(to -> to.cancelled(throttle, waited));
  }

  @Override
  public void paused(Bucket bucket, Duration pause) {
    listeners.forEach(to -> to.paused(bucket, pause));
  }

  @Override
  public void resumed(Bucket bucket) {
    listeners.forEach(to -> to.resumed(bucket));
  }

  @Override
  public void usedByOthers(Bucket bucket, int permits) {
    listeners.forEach(to -> to.usedByOthers(bucket, permits));
  }

  @Override
  public void heldTooLong(Bucket bucket, int permits) {
    listeners.forEach(to -> to.heldTooLong(bucket, permits));
  }

  @Override
  public void wouldHaveWaited(Throttle throttle, Bucket bucket, Duration predicted) {
    listeners.forEach(to -> to.wouldHaveWaited(throttle, bucket, predicted));
  }
}
