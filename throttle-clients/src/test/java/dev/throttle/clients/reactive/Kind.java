package dev.throttle.clients.reactive;

import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleKey;
import dev.throttle.core.plan.MethodPlan;
import io.reactivex.rxjava3.core.BackpressureStrategy;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The types under test, made of a publisher of one item at most, and seen as one again. */
enum Kind {
  MONO(Mono::from, seen -> (Mono<?>) seen),
  FLUX(Flux::from, seen -> (Flux<?>) seen),
  SINGLE(Single::fromPublisher, seen -> ((Single<?>) seen).toFlowable()),
  MAYBE(Maybe::fromPublisher, seen -> ((Maybe<?>) seen).toFlowable()),
  COMPLETABLE(Completable::fromPublisher, seen -> ((Completable) seen).toFlowable()),
  OBSERVABLE(
      Observable::fromPublisher,
      seen -> ((Observable<?>) seen).toFlowable(BackpressureStrategy.BUFFER)),
  FLOWABLE(Flowable::fromPublisher, seen -> (Flowable<?>) seen),
  FLOW(FlowAdapters::toFlowPublisher, seen -> FlowAdapters.toPublisher((Flow.Publisher<?>) seen));

  @Throttle(value = "api", limit = 1, period = "PT1S")
  interface Api {
    Mono<String> mono();

    Flux<String> flux();

    Single<String> single();

    Maybe<String> maybe();

    Completable completable();

    Observable<String> observable();

    Flowable<String> flowable();

    Flow.Publisher<String> flow();
  }

  /** Not an implementation, but one to whose bodies calls through the interface come. */
  @Throttle("api")
  abstract static class Body implements Api {}

  interface Refusing {
    @Throttle(value = "api", maxWait = "PT0S")
    Mono<String> mono();

    @Throttle(value = "api", maxWait = "PT0S")
    Flux<String> flux();

    @Throttle(value = "api", maxWait = "PT0S")
    Single<String> single();

    @Throttle(value = "api", maxWait = "PT0S")
    Maybe<String> maybe();

    @Throttle(value = "api", maxWait = "PT0S")
    Completable completable();

    @Throttle(value = "api", maxWait = "PT0S")
    Observable<String> observable();

    @Throttle(value = "api", maxWait = "PT0S")
    Flowable<String> flowable();

    @Throttle(value = "api", maxWait = "PT0S")
    Flow.Publisher<String> flow();
  }

  interface Keyed {
    @Throttle("keyed")
    Mono<String> mono(@ThrottleKey String key);

    @Throttle("keyed")
    Flux<String> flux(@ThrottleKey String key);

    @Throttle("keyed")
    Single<String> single(@ThrottleKey String key);

    @Throttle("keyed")
    Maybe<String> maybe(@ThrottleKey String key);

    @Throttle("keyed")
    Completable completable(@ThrottleKey String key);

    @Throttle("keyed")
    Observable<String> observable(@ThrottleKey String key);

    @Throttle("keyed")
    Flowable<String> flowable(@ThrottleKey String key);

    @Throttle("keyed")
    Flow.Publisher<String> flow(@ThrottleKey String key);
  }

  private final Function<Publisher<String>, Object> make;
  private final Function<Object, Publisher<?>> see;

  Kind(Function<Publisher<String>, Object> make, Function<Object, Publisher<?>> see) {
    this.make = make;
    this.see = see;
  }

  Object of(Publisher<String> publisher) {
    return make.apply(publisher);
  }

  Flux<?> seen(Object made) {
    return Flux.from(see.apply(made));
  }

  /** Returns the plan of the method of this name. */
  MethodPlan plan(Class<?> api) {
    return MethodPlan.of(api, method(api));
  }

  private Method method(Class<?> api) {
    String name = name().toLowerCase(Locale.ROOT);
    return Arrays.stream(api.getMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
