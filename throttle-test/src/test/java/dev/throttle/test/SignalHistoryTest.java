package dev.throttle.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Algorithm;
import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Sent;
import dev.throttle.core.Signal;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottleListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories of a client that heeds what its provider says, on virtual time and with a
 * network that is as slow as it likes.
 */
@Tag("once")
class SignalHistoryTest {

  private static final int HISTORIES = 60;
  private static final int TAKEN = 6;
  private static final Duration PERIOD = Duration.ofMillis(500);
  private static final long LONGEST_WAY = Duration.ofMillis(40).toNanos();

  private static Stream<Arguments> limits() {
    ProviderLimit sliding = ProviderLimit.slidingWindow(12, PERIOD);
    ProviderLimit fixed = ProviderLimit.fixedWindow(12, PERIOD, Duration.ZERO);
    ProviderLimit tokens = ProviderLimit.tokenBucket(12, PERIOD, 12);
    return Stream.of(
        Arguments.of(sliding, Limit.of(12, PERIOD)),
        Arguments.of(fixed, Limit.of(12, PERIOD)),
        Arguments.of(fixed, Limit.fixedWindow(12, PERIOD)),
        Arguments.of(tokens, Limit.of(12, PERIOD)),
        Arguments.of(tokens, Limit.tokenBucket(12, PERIOD, 12)));
  }

  @ParameterizedTest
  @MethodSource("limits")
  void a_client_that_is_alone_never_takes_its_own_calls_for_those_of_others(
      ProviderLimit provided, Limit limit) {
    for (int seed = 1; seed <= HISTORIES; seed++) {
      History history = new History(provided, limit, seed);
      history.run();
      assertThat(history.usedByOthers).as("seed %d", seed).isZero();
      assertThat(history.calls).as("seed %d", seed).allMatch(call -> call.accepted);
    }
  }

  private static Stream<Arguments> limitsWithStrangers() {
    return limits()
        .flatMap(
            limit ->
                Stream.of(Stranger.values())
                    .map(stranger -> Arguments.of(limit.get()[0], limit.get()[1], stranger)));
  }

  /**
   * Nobody can know what others take between an answer and the next call. But what an answer has
   * told, the client keeps to; where the provider counts in another way than the client, it may be
   * wrong of what comes back when.
   */
  @ParameterizedTest
  @MethodSource("limitsWithStrangers")
  void a_client_that_heeds_stays_within_what_others_leave(
      ProviderLimit provided, Limit limit, Stranger stranger) {
    int calls = 0;
    int refused = 0;
    int refusedThoughTold = 0;
    int refusedOfDeaf = 0;
    for (int seed = 1; seed <= HISTORIES; seed++) {
      History careful = new History(provided, limit, seed).with(stranger);
      careful.run();
      calls += careful.calls.size();
      refused += careful.refused();
      refusedThoughTold += careful.refusedThoughTold();
      History careless = new History(provided, limit, seed).with(stranger).deaf();
      careless.run();
      refusedOfDeaf += careless.refused();
    }
    assertThat(refusedOfDeaf).isGreaterThan(calls / 20);
    assertThat(refused).isLessThan(refusedOfDeaf * 2 / 3);
    boolean countsLikeTheProvider =
        provided.toString().startsWith("sliding") || limit.algorithm() != Algorithm.SLIDING_WINDOW;
    assertThat(refusedThoughTold).isLessThan(calls / (countsLikeTheProvider ? 400 : 40));
  }

  private enum Stranger {
    /** Takes half of the limit at once, and again a period later. */
    AT_ONCE,
    /** Takes half of the limit each period, at uneven times. */
    NOW_AND_THEN
  }

  private static final class History implements ThrottleListener {

    private static final long LENGTH = Duration.ofSeconds(3).toNanos();

    private static final class Call {
      final long sentAt;
      boolean accepted;

      /** What others had taken last when the provider counted it. */
      long lastTakenAt;

      Call(long sentAt) {
        this.sentAt = sentAt;
      }
    }

    private record Answer(long countedAt, long arrivedAt) {}

    private final SplittableRandom random;
    private final VirtualTime time;
    private final ProviderLimit provided;
    private final ProviderCounter provider;
    private final Throttle throttle;
    private final boolean bursts;

    final List<Call> calls = new ArrayList<>();
    int usedByOthers;
    private final List<Answer> answers = new ArrayList<>();
    private long lastTakenAt = Long.MIN_VALUE;

    private boolean deaf;

    History(ProviderLimit provided, Limit limit, int seed) {
      this.provided = provided;
      random = new SplittableRandom(seed);
      bursts = random.nextBoolean();
      time = VirtualTime.startingAt(Instant.ofEpochSecond(1_800_000_000, random.nextInt(1 << 29)));
      provider = provided.newCounter();
      Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();
      buckets.listen(this);
      buckets.define("api.foo.com", limit);
      throttle = buckets.throttle("api.foo.com");
    }

    History with(Stranger stranger) {
      SplittableRandom times = random.split();
      boolean atOnce = stranger == Stranger.AT_ONCE;
      long mean = PERIOD.toNanos() / TAKEN;
      long at = times.nextLong(LENGTH / 2);
      while (at < 5 * LENGTH) {
        for (int i = 0; i < (atOnce ? TAKEN : 1); i++) {
          time.schedule(at, this::take);
        }
        at += 1 + (atOnce ? PERIOD.toNanos() : times.nextLong(2 * mean));
      }
      return this;
    }

    private void take() {
      long now = time.epochNanos();
      if (provider.count(now).accepted()) {
        lastTakenAt = now;
      }
    }

    History deaf() {
      deaf = true;
      return this;
    }

    int refused() {
      return (int) calls.stream().filter(call -> !call.accepted).count();
    }

    /**
     * Returns how many calls were refused although an answer had told, before they were sent, of
     * all that others had taken.
     */
    int refusedThoughTold() {
      return (int) calls.stream().filter(call -> !call.accepted && wasTold(call)).count();
    }

    private boolean wasTold(Call call) {
      return call.lastTakenAt != Long.MIN_VALUE
          && answers.stream()
              .anyMatch(
                  answer -> answer.countedAt > call.lastTakenAt && answer.arrivedAt <= call.sentAt);
    }

    void run() {
      long mean = PERIOD.toNanos() / (6 + random.nextInt(12)); // half of the limit to 1.5 times it
      long at = 0;
      while (at < LENGTH) {
        int together = bursts && random.nextInt(10) == 0 ? 20 : 1;
        for (int i = 0; i < together; i++) {
          time.schedule(at, () -> throttle.callAsyncWithPermit(this::send));
        }
        at += random.nextLong(2 * mean) * together;
      }
      time.advanceNanos(5 * LENGTH);
      assertThat(throttle.buckets().get(0).waiting()).isZero();
    }

    private CompletableFuture<@Nullable Void> send(Permit permit) {
      Call call = new Call(time.epochNanos());
      calls.add(call);
      Sent sent = throttle.sent();
      CompletableFuture<@Nullable Void> answer = new CompletableFuture<>();
      time.schedule(way(), () -> arrive(call, permit, sent, answer));
      return answer;
    }

    private void arrive(
        Call call, Permit permit, Sent sent, CompletableFuture<@Nullable Void> answer) {
      long countedAt = time.epochNanos();
      ProviderCounter.Answer counted = provider.count(countedAt);
      call.accepted = counted.accepted();
      call.lastTakenAt = lastTakenAt;
      time.schedule(
          way(),
          () -> {
            answers.add(new Answer(countedAt, time.epochNanos()));
            permit.close(deaf || sent.heed(signal(counted)));
            answer.complete(null);
          });
    }

    private Signal signal(ProviderCounter.Answer counted) {
      Signal.Quota quota =
          Signal.Quota.left(counted.remaining()).of(provided.permits()).per(PERIOD);
      return new Signal(!counted.accepted(), null, List.of(quota));
    }

    private long way() {
      return random.nextLong(LONGEST_WAY);
    }

    @Override
    public void usedByOthers(Bucket bucket, int permits) {
      usedByOthers += permits;
    }
  }
}
