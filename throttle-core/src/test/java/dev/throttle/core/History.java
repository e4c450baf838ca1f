package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One random history in virtual time, all of it made from a seed, watched by an {@link Oracle}. */
final class History {

  /** How the history's executor runs what it is given. */
  private enum Running {
    /** After the event, in order. */
    SOON,
    /** In the event. */
    AT_ONCE,
    /** Some events later, so that futures are cancelled between grant and start. */
    LATE
  }

  private static final int NOBODY = -1;

  private final Dice dice;
  private final FakeTime time;
  private final Running running;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final Buckets registry;
  private final List<Bucket> buckets = new ArrayList<>();
  private final List<Throttle> throttles = new ArrayList<>();
  private final List<Asked> record = new ArrayList<>();
  private final Oracle oracle;
  private final int patient;
  private @Nullable Asked patientCall;
  private long refusedMaxWait;
  private @Nullable AssertionError broken;
  private long longest = 1;

  /** The number of a call that was refused by prediction, or -1. */
  int refusedByPrediction = NOBODY;

  int granted;
  int waited;

  History(long seed) {
    this(seed, NOBODY);
  }

  /**
   * @param patient the call that waits for ever, whatever its {@code maxWait}; from then on
   *     everything completes as soon as it can
   */
  private History(long seed, int patient) {
    this.patient = patient;
    dice = new Dice(seed);
    time = new FakeTime(Long.MAX_VALUE - dice.below(10_000));
    running = Running.values()[dice.pick(70, 15, 15)];
    Executor executor = running == Running.AT_ONCE ? Runnable::run : tasks::add;
    registry = Buckets.builder().timeSource(time).executor(executor).build();
    int count = dice.chance(10) ? 5 : 1 + dice.below(4);
    for (int i = 0; i < count; i++) {
      buckets.add(registry.define("b" + i, limit(), dice.chance(10) ? dice.below(4) : 100_000));
    }
    oracle = new Oracle(time, buckets);
    for (int i = 1 + dice.below(4); i > 0; i--) {
      throttles.add(registry.throttle(someBuckets()));
    }
  }

  private Limit limit() {
    long period =
        switch (dice.pick(20, 45, 20, 15)) {
          case 0 -> 0;
          case 1 -> 1 + dice.below(900);
          case 2 -> 2_000 + dice.below(100_000);
          default -> 1_000_000_000L + dice.below(1_000_000_000);
        };
    longest = Math.max(longest, period);
    Limit limit =
        Limit.of(dice.chance(10) ? 1_000 : 1 + dice.below(6), Duration.ofNanos(period))
            .withGuard(Duration.ofNanos(dice.chance(50) ? 0 : 1 + dice.below(100)));
    long around = Math.max(period, 100);
    // What counts until it is complete cannot be counted within a time.
    return switch (period == 0 ? dice.pick(80, 0, 20) : dice.pick(70, 15, 15)) {
      case 0 -> limit;
      case 1 -> limit.withCountedWithin(Duration.ofNanos(1 + dice.partOf(2.0 * around)));
      default -> limit.withMaxHold(Duration.ofNanos(1 + dice.partOf(3.0 * around)));
    };
  }

  private List<Bucket> someBuckets() {
    List<Bucket> some = new ArrayList<>(buckets);
    Collections.shuffle(some, dice.random);
    return some.subList(
        0, dice.chance(15) ? some.size() : 1 + dice.below(Math.min(3, some.size())));
  }

  void run() {
    int events = 20 + dice.below(120);
    for (int i = 0; i < events && patientCall == null; i++) {
      event();
      settle(running == Running.LATE && dice.chance(60));
    }
    boolean forget = patientCall == null && dice.chance(50);
    drain(forget);
    oracle.assertThatNoProviderCountsTooMany();
    oracle.assertThatEachEndedAsItShould(running != Running.LATE);
    assertThatAllIsFree();
    for (Asked call : record) {
      granted += call.isGranted() ? 1 : 0;
      waited += call.isGranted() && call.grantedAt > call.askedAt ? 1 : 0;
    }
  }

  /** Returns what the history is made of and all that happened, for the one that failed. */
  @Override
  public String toString() {
    StringBuilder all = new StringBuilder("tasks run " + running + " at " + time.elapsed());
    for (Bucket bucket : buckets) {
      Limit limit = bucket.limit();
      all.append("\n  ").append(bucket).append(" countedWithin ").append(limit.countedWithin());
      all.append(" guard ").append(limit.guard()).append(" maxHold ").append(limit.maxHold());
      all.append(" now free in ").append(bucket.slots.lookAgainIn(limit.permits(), true));
      all.append(" in use ")
          .append(bucket.inUse())
          .append(" lines ")
          .append(TestBuckets.parkedAt(bucket).size());
    }
    record.forEach(call -> all.append("\n  ").append(call));
    return all.toString();
  }

  /** Runs it again, but with patience for a call that was refused, and says how long it waited. */
  static void assertThatRefusalWasRight(History before, long seed) {
    int number = before.refusedByPrediction;
    History again = new History(seed, number);
    again.run();
    Asked call = again.patientCall;
    assertThat(call).isNotNull();
    boolean somebodyLeft =
        again.record.stream()
            .anyMatch(
                other ->
                    other.number < number
                        && other.refusedAt != Asked.NEVER
                        && !other.refusedInCall
                        && other.refusedAt >= call.askedAt);
    if (!somebodyLeft) {
      assertThat(call.grantedAt - call.askedAt)
          .as("was refused, but could have been granted within maxWait: %s", call)
          .isGreaterThan(again.refusedMaxWait);
    }
  }

  // ---- events

  private void event() {
    switch (dice.pick(24, 24, 10, 14, 5, 8, 25)) {
      case 0 -> acquireAsync();
      case 1 -> callAsync();
      case 2 -> tryAcquire();
      case 3 -> endOne(false);
      case 4 -> endOne(true);
      case 5 -> cancelOne();
      default -> advance(someTime());
    }
  }

  private Asked ask() {
    Throttle throttle = throttles.get(dice.below(throttles.size()));
    if (dice.chance(30)) {
      int most = throttle.buckets().stream().mapToInt(b -> b.limit().permits()).min().orElseThrow();
      throttle = throttle.withCost(1 + dice.below(most));
    }
    long maxWait =
        switch (dice.pick(60, 10, 30)) {
          case 0 -> Nanos.FOR_EVER;
          case 1 -> 0;
          default -> dice.partOf(4.0 * longest);
        };
    boolean isPatient = record.size() == patient;
    if (isPatient) {
      refusedMaxWait = maxWait;
      maxWait = Nanos.FOR_EVER;
    }
    if (maxWait != Nanos.FOR_EVER) {
      throttle = throttle.withMaxWait(Duration.ofNanos(maxWait));
    }
    Asked asked = new Asked(record.size(), throttle, maxWait, time.elapsed());
    record.add(asked);
    oracle.add(asked);
    if (isPatient) {
      patientCall = asked;
    }
    return asked;
  }

  private void acquireAsync() {
    Asked asked = ask();
    CompletableFuture<Permit> future = asked.throttle.acquireAsync();
    asked.future = future;
    boolean atOnce = future.isDone();
    future.whenComplete(
        (permit, failure) -> {
          if (permit != null) {
            asked.permit = permit;
            granted(asked);
          } else {
            refused(asked, failure, atOnce);
          }
        });
  }

  private void callAsync() {
    Asked asked = ask();
    int outcome = dice.pick(15, 10, 10, 5, 60);
    CompletableFuture<String> pending = new CompletableFuture<>();
    CompletableFuture<String> future =
        asked.throttle.callAsync(
            () -> {
              granted(asked);
              return start(asked, outcome, pending);
            });
    asked.future = future;
    boolean atOnce = future.isDone();
    future.whenComplete(
        (value, failure) -> {
          if (failure instanceof ThrottledException) {
            refused(asked, failure, atOnce);
          }
        });
  }

  private @Nullable CompletionStage<String> start(
      Asked asked, int outcome, CompletableFuture<String> pending) {
    if (outcome == 4) {
      asked.started = pending;
      return pending;
    }
    asked.endedAt = time.elapsed();
    return switch (outcome) {
      case 0 -> CompletableFuture.completedFuture("done");
      case 1 -> CompletableFuture.failedFuture(new IllegalStateException("failed"));
      case 2 -> throw new AssertionError("thrown by the call");
      default -> null;
    };
  }

  private void tryAcquire() {
    Asked asked = ask();
    boolean somebodyIsParked =
        asked.buckets().stream().anyMatch(b -> !TestBuckets.parkedAt(b).isEmpty());
    asked.permit = asked.throttle.tryAcquire();
    if (asked.permit == null) {
      asked.refusedAt = time.elapsed();
      asked.refusedInCall = true;
    } else {
      assertThat(somebodyIsParked).as("%s passed somebody", asked).isFalse();
      granted(asked);
    }
  }

  private void granted(Asked asked) {
    try {
      checkAndNoteGrant(asked);
    } catch (AssertionError e) {
      // The future that runs us would swallow it.
      broken = e;
      throw e;
    }
  }

  private void checkAndNoteGrant(Asked asked) {
    if (running == Running.SOON) {
      oracle.assertThatNobodyWasOvertakenBy(asked);
    }
    assertThat(asked.isGranted()).as("granted twice: %s", asked).isFalse();
    asked.grantedAt = time.elapsed();
    oracle.assertThatNotTooManyAreInFlight();
  }

  private void refused(Asked asked, @Nullable Throwable failure, boolean inCall) {
    if (failure instanceof ThrottledException refusal) {
      asked.refusedAt = time.elapsed();
      asked.refusal = refusal.reason();
      asked.refusedInCall = inCall;
      if (inCall
          && asked.maxWaitNanos > 0
          && refusal.reason() == ThrottledException.Reason.MAX_WAIT
          && refusedByPrediction == NOBODY
          && !startsMayOutlastTheirHolds()) {
        refusedByPrediction = asked.number;
      }
    }
  }

  private void endOne(boolean giveBack) {
    List<Asked> inFlight = record.stream().filter(Asked::isInFlight).toList();
    if (!inFlight.isEmpty()) {
      end(inFlight.get(dice.below(inFlight.size())), giveBack);
    }
  }

  private void end(Asked call, boolean giveBack) {
    call.endedAt = time.elapsed();
    if (call.permit == null) {
      CompletableFuture<String> started = call.started;
      assertThat(started).as("%s has neither permit nor stage", call).isNotNull();
      started.complete("done");
    } else if (giveBack) {
      call.givenBack = true;
      call.permit.giveBack();
    } else {
      call.permit.complete();
    }
  }

  private void cancelOne() {
    List<Asked> withFuture =
        record.stream().filter(a -> a.future != null && !a.future.isDone()).toList();
    if (withFuture.isEmpty()) {
      return;
    }
    Asked call = withFuture.get(dice.below(withFuture.size()));
    CompletableFuture<?> future = call.future;
    assertThat(future).isNotNull();
    if (call.isGranted()) {
      call.endedAt = time.elapsed();
    } else {
      call.cancelledAt = time.elapsed();
    }
    future.cancel(false);
    CompletableFuture<String> started = call.started;
    if (started != null) {
      assertThat(started).isCancelled();
    }
  }

  // ---- time

  private long someTime() {
    return switch (dice.pick(25, 35, 20, 20)) {
      case 0 -> 1 + dice.below(10);
      case 1 -> timeToSomeRelease();
      case 2 -> dice.partOf(longest / 10.0);
      default -> dice.partOf(2.0 * longest);
    };
  }

  /** The instants at which a slot gets free, or the one just before, are where mistakes show. */
  private long timeToSomeRelease() {
    List<Asked> ended =
        record.stream().filter(a -> a.endedAt != Asked.NEVER && a.isGranted()).toList();
    if (ended.isEmpty()) {
      return 1;
    }
    Asked call = ended.get(dice.below(ended.size()));
    Bucket bucket = call.buckets().get(dice.below(call.buckets().size()));
    long in = Oracle.freeAtTheLatest(call, bucket.limit()) - time.elapsed() - dice.below(2);
    return Math.max(0, in);
  }

  private void advance(long nanos) {
    long to = time.elapsed() + nanos;
    while (time.nextTimer() <= to) {
      time.advanceTo(time.nextTimer());
      settle(false);
    }
    time.advanceTo(to);
  }

  private void settle(boolean leaveTasks) {
    if (broken != null) {
      throw broken;
    }
    if (!leaveTasks) {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
      if (broken != null) {
        throw broken;
      }
      if (running != Running.LATE || buckets.stream().noneMatch(History::hasShortHold)) {
        // A start that outlasts its hold loses its permit, whose slots rest although nothing was
        // sent.
        oracle.assertThatNobodyWaitsInVain();
      }
    }
  }

  // ---- the end

  /** Nobody asks any more, what is in flight completes: everybody must get a turn or a refusal. */
  private void drain(boolean forget) {
    settle(false);
    int rounds = 0;
    while (record.stream().anyMatch(Asked::isWaiting)) {
      for (Asked call : new ArrayList<>(record)) {
        if (call.isInFlight() && !(forget && call.number % 7 == 0)) {
          end(call, false);
          settle(false);
        }
      }
      if (record.stream().anyMatch(Asked::isWaiting)) {
        assertThat(time.pendingTimers()).as("waiting without a timer: %s", record).isPositive();
        time.advanceTo(time.nextTimer());
        settle(false);
      }
      assertThat(++rounds).as("rounds until all have had their turn").isLessThan(20_000);
    }
    for (Asked call : record) {
      if (call.isInFlight()) {
        end(call, false);
        settle(false);
      }
    }
  }

  /**
   * A call that starts after its hold was over has lost the permit: in one bucket its slots rest
   * although nothing was sent, in the others they are given back, which nobody can predict.
   */
  private boolean startsMayOutlastTheirHolds() {
    return running == Running.LATE && buckets.stream().anyMatch(History::hasShortHold);
  }

  private static boolean hasShortHold(Bucket bucket) {
    Limit limit = bucket.limit();
    return limit.countedWithin() != null || !limit.maxHold().equals(Limit.DEFAULT_MAX_HOLD);
  }

  private void assertThatAllIsFree() {
    advance(Duration.ofMinutes(30).toNanos());
    assertThat(time.pendingTimers()).as("pending timers").isZero();
    for (Bucket bucket : buckets) {
      assertThat(bucket.inUse()).as("in use: %s", bucket).isZero();
      assertThat(bucket.waiting()).as("waiting: %s", bucket).isZero();
    }
  }
}
