package dev.throttle.clients.reactive;

import dev.throttle.core.Throttle;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A publisher, each subscription to which waits for its turn to subscribe to another. */
final class ThrottledPublisher<T> implements Flow.Publisher<T> {

  private final @Nullable Throttle due;
  private final Paying paying;
  private final Callable<? extends Flow.@Nullable Publisher<T>> made;

  /**
   * @param due what each subscription passes, null for nothing
   * @param made makes the other publisher, anew for each subscription
   */
  ThrottledPublisher(
      @Nullable Throttle due, Paying paying, Callable<? extends Flow.@Nullable Publisher<T>> made) {
    this.due = due;
    this.paying = paying;
    this.made = made;
  }

  /** Returns one that tells each subscriber of a failure. */
  static Flow.Publisher<Object> failed(Exception failure) {
    return new ThrottledPublisher<>(
        null,
        (permit, subscribing) -> subscribing.run(),
        () -> {
          throw failure;
        });
  }

  @Override
  public void subscribe(Flow.Subscriber<? super T> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber must not be null.");
    new ThrottledSubscription<>(subscriber, new Turn(due, paying), made).start();
  }
}
