package dev.throttle.clients.reactive;

import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.plan.MethodCall;
import io.reactivex.rxjava3.core.BackpressureStrategy;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.FlowAdapters;

/** RxJava's types, each subscription to which waits for its turn: all of them by a publisher. */
final class RxTurn {

  private static final Map<Class<?>, Function<Flowable<Object>, Object>> FROM_FLOWABLE =
      Map.of(
          Single.class, Flowable::singleOrError,
          Maybe.class, Flowable::singleElement,
          Completable.class, Flowable::ignoreElements,
          Observable.class, Flowable::toObservable,
          Flowable.class, flowable -> flowable);

  private RxTurn() {}

  static Object throttled(Throttle due, MethodCall call) {
    return of(
        call.returnType(),
        new ThrottledPublisher<>(due, new EachSubscription(call), () -> publisher(call.make())));
  }

  static Object refused(Class<?> returnType, ThrottledException refusal) {
    return of(returnType, ThrottledPublisher.failed(refusal));
  }

  @SuppressWarnings("NullAway") // only types that are handled get here
  private static Object of(Class<?> returnType, Flow.Publisher<Object> publisher) {
    return FROM_FLOWABLE
        .get(returnType)
        .apply(Flowable.fromPublisher(FlowAdapters.toPublisher(publisher)));
  }

  private static Flow.@Nullable Publisher<Object> publisher(@Nullable Object made) {
    return made == null ? null : FlowAdapters.toFlowPublisher(flowable(made));
  }

  @SuppressWarnings("unchecked") // streams of anything
  private static Flowable<Object> flowable(Object made) {
    if (made instanceof Single<?> single) {
      return (Flowable<Object>) single.toFlowable();
    } else if (made instanceof Maybe<?> maybe) {
      return (Flowable<Object>) maybe.toFlowable();
    } else if (made instanceof Completable completable) {
      return completable.toFlowable();
    } else if (made instanceof Observable<?> observable) {
      // Whoever observes asks for all there is, so nothing is missed.
      return (Flowable<Object>) observable.toFlowable(BackpressureStrategy.MISSING);
    }
    return (Flowable<Object>) made;
  }
}
