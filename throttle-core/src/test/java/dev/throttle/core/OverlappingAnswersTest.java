package dev.throttle.core;

import static dev.throttle.core.Asking.perNanos;
import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Signal.Quota;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Somebody takes half of the limit for ten periods and is gone then. The client wants 70 % of the
 * limit; its calls overlap, so since each of them was sent another answer was heard, always.
 */
class OverlappingAnswersTest {

  private static final int LIMIT = 500;
  private static final long PERIOD = 1_000_000;
  private static final long WAY = PERIOD / 10;

  private final Asking asking = new Asking();
  private final SplittableRandom random = new SplittableRandom(7);
  private final ArrayDeque<Long> counted = new ArrayDeque<>(); // by an exact provider
  private int accepted;

  @Test
  void what_others_have_left_is_used_again_although_calls_overlap() {
    Throttle throttle = asking.throttle("api", perNanos(LIMIT, PERIOD));
    for (int i = 0; i < 5 * LIMIT; i++) {
      asking.time.schedule(2L * i * PERIOD / LIMIT, this::count);
    }
    for (int i = 0; i < 120 * LIMIT * 7 / 10; i++) {
      asking.time.schedule(10L * i * PERIOD / (7L * LIMIT), () -> send(throttle));
    }
    asking.time.advance(40 * PERIOD); // he was gone for 30 periods
    accepted = 0;
    asking.time.advance(60 * PERIOD);
    assertThat(accepted).isGreaterThan(60 * LIMIT * 65 / 100);
    assertThat(throttle.buckets().get(0).waiting()).isLessThan(LIMIT);
  }

  private boolean count() {
    long now = asking.time.elapsed();
    while (!counted.isEmpty() && counted.peek() <= now - PERIOD) {
      counted.poll();
    }
    return counted.size() < LIMIT && counted.add(now);
  }

  private long way() {
    return WAY / 2 + random.nextLong(WAY);
  }

  private void send(Throttle throttle) {
    throttle.callAsyncWithPermit(
        permit -> {
          Sent sent = permit.sent();
          CompletableFuture<String> answer = new CompletableFuture<>();
          asking.time.schedule(
              way(),
              () -> {
                boolean ok = count();
                accepted += ok ? 1 : 0;
                Quota left = Quota.left(LIMIT - counted.size());
                asking.time.schedule(
                    way(),
                    () -> {
                      permit.close(sent.heed(new Signal(!ok, null, List.of(left))));
                      answer.complete("");
                    });
              });
          return answer;
        });
  }
}
