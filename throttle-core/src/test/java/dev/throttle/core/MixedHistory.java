package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One random history in virtual time, all of it made from a seed, watched by a {@link MixedOracle}:
 * limits of every kind, buckets of keys that are forgotten and come back, priorities, reserves and
 * fair keys; and all that may happen to them while calls wait.
 */
final class MixedHistory {

  private static final List<Priority> PRIORITIES = List.of(Priority.values());

  /** The end of a day and of a month in UTC. */
  private static final long MIDNIGHT =
      Instant.parse("2024-03-01T00:00:00Z").getEpochSecond() * 1_000_000_000;

  private final Dice dice;
  private final FakeTime time;
  private final Diary diary;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final MixedOracle oracle;
  private final MixedBuckets buckets;
  private final boolean fair;
  private final boolean collectsGarbage;
  private @Nullable AssertionError broken;

  MixedHistory(long seed) {
    dice = new Dice(seed);
    time =
        new FakeTime(
            Long.MAX_VALUE - dice.below(10_000),
            MIDNIGHT - (dice.chance(50) ? dice.below(10_000) : dice.partOf(3e9)));
    diary = new Diary(time);
    fair = dice.chance(25);
    collectsGarbage = dice.chance(4);
    oracle = new MixedOracle(time, fair);
    buckets = new MixedBuckets(dice, time, tasks::add, oracle, diary);
  }

  void run() {
    int events = 20 + dice.below(150);
    for (int i = 0; i < events; i++) {
      event();
      settle();
    }
    drain();
    assertThatAllIsFree();
    for (MixedCall call : oracle.record) {
      diary.count("granted", call.isGranted() ? 1 : 0);
      diary.count("waited", call.isGranted() && call.grantedAt > call.askedAt ? 1 : 0);
      if (call.refusal != null) {
        diary.count("refused: " + call.refusal, 1);
      }
    }
    diary.count("ordinary grants", oracle.ordinary);
    diary.count("granted since due", oracle.order.due);
    diary.count("granted beyond", oracle.beyond);
    diary.count("predictions", oracle.predictions);
  }

  Map<String, Integer> totals() {
    return diary.totals;
  }

  /** Returns what the history is made of and all that happened, for the one that failed. */
  @Override
  public String toString() {
    StringBuilder all = new StringBuilder("at " + time.elapsed() + ", began at " + time.wallAt(0));
    oracle.accounts().forEach(account -> all.append("\n  ").append(account.inFull()));
    all.append("\n  ").append(diary);
    oracle.record.forEach(call -> all.append("\n  ").append(call));
    return all.toString();
  }

  // ---- asking and ending

  private void event() {
    if (buckets.off && dice.chance(15)) {
      buckets.switchOver();
    }
    switch (dice.pick(40, 6, 20, 5, 4, 5, 28, 4, 2, 3, 2, 1, 1, 5)) {
      case 0 -> acquireAsync();
      case 1 -> tryAcquire();
      case 2 -> endOne(false);
      case 3 -> adjustOne();
      case 4 -> endOne(true);
      case 5 -> cancelOne();
      case 6 -> advance(someTime());
      case 7 -> buckets.changeLimit();
      case 8 -> buckets.changeMode();
      case 9 -> buckets.pause();
      case 10 -> buckets.resume();
      case 11 -> buckets.switchOver();
      case 12 -> buckets.resetAt();
      default -> buckets.observe(collectsGarbage);
    }
  }

  /** Returns a call that is about to ask, or null if it has a key too many. */
  private @Nullable MixedCall ask() {
    MixedBuckets.Passage passage = buckets.passage();
    if (passage == null) {
      return null;
    }
    Object fairKey = fair && dice.chance(70) ? "tenant" + dice.below(3) : null;
    Throttle throttle = withSettings(passage.throttle(), passage.accounts(), fairKey);
    Object place =
        List.of(
            passage.place(), throttle.priority(), Objects.requireNonNullElse(fairKey, "nobody"));
    MixedCall call =
        new MixedCall(
            oracle.record.size(), throttle, passage.accounts(), fairKey, place, time.elapsed());
    oracle.asks(call, dice.chance(50));
    return call;
  }

  private Throttle withSettings(
      Throttle throttle, List<Account> accounts, @Nullable Object fairKey) {
    Throttle with = throttle.withPriority(PRIORITIES.get(dice.pick(20, 50, 30)));
    if (fairKey != null) {
      with = with.withFairKey(fairKey);
    }
    for (Account account : accounts) {
      if (dice.chance(30)) {
        int most = account.ledgers.get(0).capacity(dice.chance(20)) + (dice.chance(5) ? 1 : 0);
        with = with.withCost(account.name, 1 + dice.below(most));
      }
    }
    return switch (dice.pick(60, 8, 32)) {
      case 0 -> with;
      case 1 -> with.withMaxWait(Duration.ZERO);
      default -> with.withMaxWait(Duration.ofNanos(dice.partOf(4.0 * buckets.limits.longest)));
    };
  }

  private void acquireAsync() {
    MixedCall call = ask();
    if (call == null) {
      return;
    }
    CompletableFuture<Permit> future = call.throttle().acquireAsync();
    call.future = future;
    boolean atOnce = future.isDone();
    future.whenComplete((permit, failure) -> decided(call, permit, failure, atOnce));
    assertThat(atOnce || call.accounts.stream().anyMatch(oracle::holdsUp))
        .as("held up although nothing holds up: %s", call)
        .isTrue();
  }

  private void tryAcquire() {
    MixedCall call = ask();
    if (call != null) {
      Permit permit = call.throttle().tryAcquire();
      if (permit == null) {
        call.refusedAt = time.elapsed();
      } else {
        decided(call, permit, null, true);
      }
    }
  }

  private void decided(
      MixedCall call, @Nullable Permit permit, @Nullable Throwable failure, boolean atOnce) {
    try {
      if (permit != null) {
        call.permit = permit;
        oracle.granted(call);
      } else if (failure instanceof ThrottledException refusal) {
        oracle.refused(call, refusal, atOnce);
      }
    } catch (AssertionError e) {
      // The future that runs us would swallow it.
      broken = e;
    }
  }

  private void endOne(boolean giveBack) {
    List<MixedCall> inFlight = oracle.record.stream().filter(MixedCall::isInFlight).toList();
    if (!inFlight.isEmpty()) {
      end(dice.oneOf(inFlight), giveBack);
    }
  }

  private void end(MixedCall call, boolean giveBack) {
    oracle.ends(call, giveBack);
    if (giveBack) {
      diary.count("given back", 1);
      call.permit().giveBack();
    } else {
      call.permit().complete();
    }
  }

  private void adjustOne() {
    List<MixedCall> inFlight = oracle.record.stream().filter(MixedCall::isInFlight).toList();
    if (inFlight.isEmpty()) {
      return;
    }
    MixedCall call = dice.oneOf(inFlight);
    Account one = dice.oneOf(call.accounts);
    int actual = dice.below(2 * call.cost(one) + 3);
    boolean all = dice.chance(50) && call.costs.stream().distinct().count() == 1;
    diary.note("adjusted", "#" + call.number + " to " + actual + " of " + (all ? "all" : one));
    oracle.adjust(call, all ? call.accounts : List.of(one), actual);
    if (all) {
      call.permit().adjust(actual);
    } else {
      call.permit().adjust(one.name, actual);
    }
  }

  private void cancelOne() {
    List<MixedCall> waiting = oracle.record.stream().filter(MixedCall::isWaiting).toList();
    if (!waiting.isEmpty()) {
      MixedCall call = dice.oneOf(waiting);
      call.cancelledAt = time.elapsed();
      diary.count("cancelled", 1);
      oracle.surprises++;
      Objects.requireNonNull(call.future).cancel(false);
    }
  }

  // ---- time

  private long someTime() {
    return switch (dice.pick(20, 20, 25, 20, 15)) {
      case 0 -> 1 + dice.below(10);
      case 1 ->
          Math.max(0, Math.min(buckets.limits.longest, time.nextTimer() - time.elapsed() - 1));
      case 2 -> timeToSomeEdge();
      case 3 -> dice.partOf(buckets.limits.longest / 10.0);
      default -> dice.partOf(2.0 * buckets.limits.longest);
    };
  }

  private long timeToSomeEdge() {
    List<MixedCall> ended =
        oracle.record.stream().filter(c -> c.isGranted() && !c.isInFlight()).toList();
    if (ended.isEmpty()) {
      return 1;
    }
    MixedCall call = dice.oneOf(ended);
    Account account = dice.oneOf(call.accounts);
    long in = dice.oneOf(account.ledgers).edgeOf(call) - time.elapsed() + dice.below(3) - 1;
    return Math.max(0, Math.min(in, 2 * buckets.limits.longest));
  }

  private void advance(long nanos) {
    long to = time.elapsed() + nanos;
    while (time.nextTimer() <= to) {
      time.advanceTo(time.nextTimer());
      settle();
    }
    time.advanceTo(to);
  }

  private void settle() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
    if (broken != null) {
      throw broken;
    }
    oracle.assertThatNobodyWaitsInVain();
    oracle.record.forEach(MixedCall::letGoIfDone);
  }

  // ---- the end

  /** Nobody asks any more, what is in flight completes: everybody must get a turn or a refusal. */
  private void drain() {
    boolean forget = dice.chance(30);
    if (buckets.off) {
      buckets.switchOver();
    }
    oracle.accounts().forEach(buckets::resume);
    settle();
    for (int rounds = 0; isAnybodyWaiting(); rounds++) {
      endAll(call -> !forget || call.number % 7 > 0);
      if (isAnybodyWaiting()) {
        assertThat(time.pendingTimers()).as("waiting without a timer").isPositive();
        time.advanceTo(time.nextTimer());
        settle();
      }
      if (rounds == 100) {
        for (Account account : oracle.accounts()) {
          buckets.shorten(account);
          settle();
        }
      }
      assertThat(rounds).as("rounds until all have had their turn").isLessThan(20_000);
    }
    endAll(call -> true);
  }

  private boolean isAnybodyWaiting() {
    return oracle.record.stream().anyMatch(Asked::isWaiting);
  }

  private void endAll(Predicate<MixedCall> some) {
    for (MixedCall call : oracle.record) {
      if (call.isInFlight() && some.test(call)) {
        end(call, false);
        settle();
      }
    }
  }

  private void assertThatAllIsFree() {
    long step = buckets.limits.longest;
    for (int i = 0; i < 80 && !oracle.accounts().stream().allMatch(oracle::isSurelyIdle); i++) {
      advance(step);
      step = Math.min(i < 20 ? step : 2 * step, Duration.ofDays(31).toNanos());
    }
    advance(4 * buckets.limits.longest);
    assertThat(time.pendingTimers()).as("pending timers").isZero();
    for (Account account : oracle.accounts()) {
      assertThat(oracle.isSurelyIdle(account)).as("idle: %s", account).isTrue();
      buckets.observe(account);
    }
  }
}
