package dev.throttle.clients.reactive;

import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/** Passes signals on by way of a {@link Turn}. */
final class TellingSubscriber<T> implements CoreSubscriber<T> {

  private final Turn turn;
  private final CoreSubscriber<? super T> subscriber;

  TellingSubscriber(Turn turn, CoreSubscriber<? super T> subscriber) {
    this.turn = turn;
    this.subscriber = subscriber;
  }

  @Override
  public Context currentContext() {
    return subscriber.currentContext();
  }

  /** Asks for items, which is still a part of subscribing. */
  @Override
  public void onSubscribe(Subscription subscription) {
    subscriber.onSubscribe(subscription);
  }

  @Override
  public void onNext(T item) {
    turn.tell(() -> subscriber.onNext(item));
  }

  @Override
  public void onError(Throwable failure) {
    turn.tell(() -> subscriber.onError(failure));
  }

  @Override
  public void onComplete() {
    turn.tell(subscriber::onComplete);
  }
}
