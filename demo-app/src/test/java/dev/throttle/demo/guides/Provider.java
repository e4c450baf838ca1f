package dev.throttle.demo.guides;

import dev.throttle.test.ProviderCounter;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * The judge of the examples: a provider that counts each call when it arrives, up to 30 ms after it
 * was sent, and whose answer travels as long.
 */
final class Provider {

  private static final int SLOWEST_WAY_MICROS = 30_000;

  private final VirtualTime time;
  private final Random way = new Random(20261124);
  private Duration work = Duration.ZERO;
  private int accepted;
  private int refused;
  private int inFlight;
  private int mostInFlight;

  Provider(VirtualTime time) {
    this.time = time;
  }

  /** Lets each answer take so long beside its way. */
  Provider working(Duration work) {
    this.work = work;
    return this;
  }

  /** Answers a call that all of these limits count, or that one refuses. */
  <T> CompletableFuture<T> answer(T body, int cost, ProviderCounter... limits) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    inFlight++;
    mostInFlight = Math.max(mostInFlight, inFlight);
    time.schedule(
        wayNanos(),
        () -> {
          arrive(cost, limits);
          time.schedule(work.toNanos() + wayNanos(), () -> complete(answer, body));
        });
    return answer;
  }

  private void arrive(int cost, ProviderCounter... limits) {
    if (limits.length == 0
        || ProviderCounter.allOf(limits).count(time.epochNanos(), cost).accepted()) {
      accepted++;
    } else {
      refused++;
    }
  }

  private <T> void complete(CompletableFuture<T> answer, T body) {
    inFlight--;
    answer.complete(body);
  }

  private long wayNanos() {
    return way.nextInt(SLOWEST_WAY_MICROS) * 1_000L;
  }

  int accepted() {
    return accepted;
  }

  int refused() {
    return refused;
  }

  int mostInFlight() {
    return mostInFlight;
  }
}
