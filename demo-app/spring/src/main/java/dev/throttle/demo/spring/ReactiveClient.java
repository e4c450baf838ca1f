package dev.throttle.demo.spring;

import dev.throttle.demo.Client;
import dev.throttle.demo.Errand;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Calls that need no thread, neither to wait for their turn nor for their answer. */
final class ReactiveClient implements Client {

  private final Function<Errand, Mono<String>> caller;

  ReactiveClient(Function<Errand, Mono<String>> caller) {
    this.caller = caller;
  }

  @Override
  public int atOnce() {
    return 200;
  }

  @Override
  public CompletionStage<?> call(Errand errand) {
    return caller.apply(errand).toFuture();
  }
}
