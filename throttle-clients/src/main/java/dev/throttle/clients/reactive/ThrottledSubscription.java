package dev.throttle.clients.reactive;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One subscription to a {@link ThrottledPublisher}: it keeps what its subscriber asks for until its
 * turn has come, and then hands that, and itself as subscriber, to the publisher behind.
 *
 * <p>{@link #source} decides who ends it: whoever replaces null by {@link #ENDED} is alone with the
 * subscriber; once there is a source, its signals are the only ones.
 */
final class ThrottledSubscription<T> implements Flow.Subscription, Flow.Subscriber<T> {

  /** Stands for the source of a subscription that was cancelled, or ended without one. */
  private static final Flow.Subscription ENDED =
      new Flow.Subscription() {
        @Override
        public void request(long items) {}

        @Override
        public void cancel() {}
      };

  private final Flow.Subscriber<? super T> subscriber;
  private final Turn turn;
  private final Callable<? extends Flow.@Nullable Publisher<T>> made;
  private final AtomicReference<Flow.@Nullable Subscription> source = new AtomicReference<>();

  /** What was asked for and not yet handed on. */
  private final AtomicLong asked = new AtomicLong();

  ThrottledSubscription(
      Flow.Subscriber<? super T> subscriber,
      Turn turn,
      Callable<? extends Flow.@Nullable Publisher<T>> made) {
    this.subscriber = subscriber;
    this.turn = turn;
    this.made = made;
  }

  void start() {
    subscriber.onSubscribe(this);
    turn.await(this::granted, this::fail);
  }

  private void granted() {
    try {
      Objects.requireNonNull(made.call(), "the publisher returned by a throttled method")
          .subscribe(this);
    } catch (Throwable failure) {
      turn.tell(() -> fail(failure));
    }
  }

  private void fail(Throwable failure) {
    turn.end();
    if (source.compareAndSet(null, ENDED)) {
      subscriber.onError(failure);
    }
  }

  // ---- from the subscriber

  @Override
  public void request(long items) {
    Flow.Subscription known = source.get();
    if (known != null) {
      known.request(items);
    } else if (items <= 0) {
      fail(new IllegalArgumentException("must ask for at least 1 item, but was " + items + "."));
    } else {
      asked.accumulateAndGet(items, ThrottledSubscription::capped);
      handOnTo(source.get());
    }
  }

  private static long capped(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  /** Each side writes its own of asked and source before it reads the other's. */
  private void handOnTo(Flow.@Nullable Subscription known) {
    if (known != null) {
      long items = asked.getAndSet(0);
      if (items > 0) {
        known.request(items);
      }
    }
  }

  @Override
  public void cancel() {
    Flow.Subscription known = source.getAndSet(ENDED);
    if (known != null) {
      known.cancel();
    }
    turn.end();
  }

  // ---- from the source

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    if (source.compareAndSet(null, subscription)) {
      handOnTo(subscription);
    } else {
      subscription.cancel();
    }
  }

  @Override
  public void onNext(T item) {
    turn.tell(() -> subscriber.onNext(item));
  }

  @Override
  public void onError(Throwable failure) {
    turn.end();
    turn.tell(() -> subscriber.onError(failure));
  }

  @Override
  public void onComplete() {
    turn.end();
    turn.tell(subscriber::onComplete);
  }
}
