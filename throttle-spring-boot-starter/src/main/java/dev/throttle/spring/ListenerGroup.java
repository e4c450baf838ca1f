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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells several listeners, of which {@link Buckets} take but one. */
final class ListenerGroup implements ThrottleListener {

  private static final Logger LOG = LoggerFactory.getLogger(ThrottleListener.class);

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

  private void each(Consumer<ThrottleListener> event) {
    tell(listeners, event);
  }

  /** What one throws keeps nothing from the others. */
  private static <T> void tell(List<T> all, Consumer<T> event) {
    for (T to : all) {
      try {
        event.accept(to);
      } catch (RuntimeException | Error e) {
        LOG.warn("a listener threw; the call goes on: {}", to, e);
      }
    }
  }

  @Override
  public void granted(Throttle throttle, Duration waited) {
    each(to -> to.granted(throttle, waited));
  }

  @Override
  public void waiting(Throttle throttle, Bucket blocking) {
    each(to -> to.waiting(throttle, blocking));
  }

  @Override
  public @Nullable WaitListener beginWait(Throttle throttle) {
    List<WaitListener> waits = new ArrayList<>(listeners.size());
    each(
        to -> {
          WaitListener wait = to.beginWait(throttle);
          if (wait != null) {
            waits.add(wait);
          }
        });
    return waits.isEmpty() ? null : outcome -> tell(waits, to -> to.ended(outcome));
  }

  @Override
  public void refused(Throttle throttle, ThrottledException refusal) {
    each(to -> to.refused(throttle, refusal));
  }

  @Override
  public void refused(KeyedBuckets buckets, ThrottledException refusal) {
    each(to -> to.refused(buckets, refusal));
  }

  @Override
  public void cancelled(Throttle throttle, Duration waited) {
    each(to -> to.cancelled(throttle, waited));
  }

  @Override
  public void paused(Bucket bucket, Duration pause) {
    each(to -> to.paused(bucket, pause));
  }

  @Override
  public void resumed(Bucket bucket) {
    each(to -> to.resumed(bucket));
  }

  @Override
  public void usedByOthers(Bucket bucket, int permits) {
    each(to -> to.usedByOthers(bucket, permits));
  }

  @Override
  public void heldTooLong(Bucket bucket, int permits) {
    each(to -> to.heldTooLong(bucket, permits));
  }

  @Override
  public void wouldHaveWaited(Throttle throttle, Bucket bucket, Duration predicted) {
    each(to -> to.wouldHaveWaited(throttle, bucket, predicted));
  }
}
