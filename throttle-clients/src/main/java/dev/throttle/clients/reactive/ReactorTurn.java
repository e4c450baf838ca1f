package dev.throttle.clients.reactive;

import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.plan.MethodCall;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * Reactor's types, each subscription to which waits for its turn. Not for users of the hooks.
 *
 * <p>Made of Reactor's own operators: the turn is a resource of the subscription, which they end
 * before they pass on how it ended, so that a retry finds the permit complete. The subscriber's
 * context reaches what is subscribed to, and so does its demand.
 */
public final class ReactorTurn {

  private ReactorTurn() {}

  /**
   * Returns a {@code Mono} that subscribes to another when its turn has come.
   *
   * @param due what each subscription passes, null for nothing
   * @param paying subscribes
   * @param made makes the other one, anew for each subscription
   */
  public static <T> Mono<T> mono(
      @Nullable Throttle due, Paying paying, Supplier<? extends Mono<T>> made) {
    return Mono.using(
        () -> new Turn(due, paying),
        turn -> granted(turn).flatMap(now -> Mono.defer(made).transform(telling(turn))),
        Turn::end);
  }

  static Mono<?> mono(Throttle due, MethodCall call) {
    return mono(due, new EachSubscription(call), () -> madeMono(call));
  }

  static Flux<?> flux(Throttle due, MethodCall call) {
    return Flux.using(
        () -> new Turn(due, new EachSubscription(call)),
        turn ->
            granted(turn)
                .flatMapMany(now -> Flux.defer(() -> madeFlux(call)).transform(telling(turn))),
        Turn::end);
  }

  static Mono<?> refusedMono(ThrottledException refusal) {
    return Mono.error(refusal);
  }

  static Flux<?> refusedFlux(ThrottledException refusal) {
    return Flux.error(refusal);
  }

  /** Subscribes to what comes after it while it is granted, so under the permit. */
  private static Mono<Turn> granted(Turn turn) {
    return Mono.create(sink -> turn.await(() -> sink.success(turn), sink::error));
  }

  private static <T> Function<Publisher<T>, Publisher<T>> telling(Turn turn) {
    Function<? super Publisher<T>, ? extends Publisher<T>> lift =
        Operators.lift((source, subscriber) -> new TellingSubscriber<T>(turn, subscriber));
    return lift::apply;
  }

  @SuppressWarnings("unchecked") // the method is declared to return a Mono
  private static Mono<Object> madeMono(MethodCall call) {
    try {
      return (Mono<Object>) Objects.requireNonNull(call.make(), "the Mono of a throttled method");
    } catch (Exception e) {
      return Mono.error(e);
    }
  }

  @SuppressWarnings("unchecked") // the method is declared to return a Flux
  private static Flux<Object> madeFlux(MethodCall call) {
    try {
      return (Flux<Object>) Objects.requireNonNull(call.make(), "the Flux of a throttled method");
    } catch (Exception e) {
      return Flux.error(e);
    }
  }
}
