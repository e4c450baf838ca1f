package dev.throttle.remote.lease.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.ManagedLeaseStore;
import dev.throttle.remote.lease.MemoryLeaseStore;
import dev.throttle.remote.lease.SharedLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A history made from a seed that is played on a store and on {@link MemoryLeaseStore}, side by
 * side: what instances say is anything that one may say, also what no well-behaved one would.
 */
final class TwinHistory {

  private static final Duration LEASE = Duration.ofSeconds(2);

  private final long seed;
  private final Random dice;
  private final LeaseStoreContract contract;
  private final boolean losses;
  private final ManualTime time = new ManualTime();
  private final List<SharedLimit> limits = new ArrayList<>();
  private final List<Instance> instances = new ArrayList<>();
  private ManagedLeaseStore store;
  private MemoryLeaseStore ledger;
  private int started;
  private int step;

  TwinHistory(long seed, LeaseStoreContract contract, boolean losses) {
    this.seed = seed;
    this.dice = new Random(seed);
    this.contract = contract;
    this.losses = losses;
    boolean afterLoss = dice.nextBoolean();
    this.store = contract.open(time, LEASE, afterLoss);
    this.ledger =
        afterLoss ? MemoryLeaseStore.afterLoss(time, LEASE) : MemoryLeaseStore.fresh(time, LEASE);
    for (int i = 0; i <= dice.nextInt(3); i++) {
      limits.add(randomLimit());
    }
    for (int i = 0; i <= dice.nextInt(6); i++) {
      instances.add(new Instance());
    }
  }

  /** A store may begin to learn when it is first asked. */
  private void askAtOnce() {
    Instance first = instances.get(dice.nextInt(instances.size()));
    compare(first, first.next());
  }

  private SharedLimit randomLimit() {
    int permits = 1 + Math.min(extreme(dice.nextBoolean() ? 5 : 1_000), Integer.MAX_VALUE - 1);
    Duration rest = dice.nextInt(4) == 0 ? Duration.ZERO : millis(3_000);
    return new SharedLimit(permits, rest);
  }

  private LeaseRequest.Use randomUse(SharedLimit limit) {
    int dearest = dice.nextInt(3) == 0 ? extreme(Math.min(limit.permits(), 1_000) + 2) : 1;
    return new LeaseRequest.Use(
        extreme(9), extreme(9), extreme(2 * Math.min(limit.permits(), 1_000)), dearest);
  }

  /** Returns a number below another one, or once in a while the highest that there is. */
  private int extreme(int below) {
    return dice.nextInt(40) == 0 ? Integer.MAX_VALUE : dice.nextInt(below);
  }

  private Duration millis(int below) {
    return Duration.ofMillis(dice.nextInt(below));
  }

  private final class Instance {
    final String name = "instance " + started++;
    final List<Said> said = new ArrayList<>();
    final Duration maxCall = millis(1_000).plusMillis(1);
    int shared = 1 + dice.nextInt(limits.size());
    String epochOfStore = "";
    String epochOfLedger = "";
    long number;
    int[] slots = new int[3];
    long[] revisionsOfStore = new long[3];
    long[] revisionsOfLedger = new long[3];

    Said next() {
      if (shared < limits.size() && dice.nextInt(10) == 0) {
        shared++;
      }
      List<LeaseRequest.Account> toStore = new ArrayList<>();
      List<LeaseRequest.Account> toLedger = new ArrayList<>();
      for (int i = 0; i < shared; i++) {
        SharedLimit limit = dice.nextInt(10) == 0 ? randomLimit() : limits.get(i);
        boolean own = dice.nextInt(10) == 0;
        int held = dice.nextInt(6) == 0 ? extreme(Math.min(limit.permits(), 1_000) + 3) : slots[i];
        held = dice.nextInt(3) == 0 ? dice.nextInt(Math.max(1, held)) : held;
        LeaseRequest.Use use = randomUse(limit);
        Duration pause = dice.nextInt(8) == 0 ? millis(5_000) : Duration.ZERO;
        String limitName = "limit " + i;
        long ofStore = own ? 0 : revisionsOfStore[i];
        long ofLedger = own ? 0 : revisionsOfLedger[i];
        toStore.add(new LeaseRequest.Account(limitName, limit, ofStore, maxCall, held, use, pause));
        toLedger.add(
            new LeaseRequest.Account(limitName, limit, ofLedger, maxCall, held, use, pause));
      }
      boolean alone = dice.nextInt(40) == 0;
      boolean leaving = dice.nextInt(15) == 0;
      number++;
      Said next =
          new Said(
              new LeaseRequest(name, number, epochOfStore, toStore, alone, leaving),
              new LeaseRequest(name, number, epochOfLedger, toLedger, alone, leaving));
      said.add(next);
      return next;
    }
  }

  /** The same, with the epochs and revisions that each of the two has told. */
  private record Said(LeaseRequest toStore, LeaseRequest toLedger) {}

  void play(int steps) {
    try {
      askAtOnce();
      for (step = 0; step < steps; step++) {
        time.advance(millis(dice.nextInt(10) == 0 ? 8_000 : 300));
        if (dice.nextInt(100) == 0) {
          time.advance(Duration.ofHours(dice.nextInt(60))); // after a day much is forgotten
        }
        somethingHappens();
        ask();
      }
    } finally {
      store.close();
    }
  }

  private void somethingHappens() {
    int victim = dice.nextInt(instances.size());
    if (dice.nextInt(20) == 0) {
      instances.set(victim, new Instance());
    }
    if (dice.nextInt(20) == 0) {
      SharedLimit changed = randomLimit();
      String name = anyLimit();
      operate(managed -> managed.change(name, changed));
    }
    if (dice.nextInt(20) == 0) {
      Duration pause = dice.nextBoolean() ? Duration.ZERO : millis(2_000);
      String name = anyLimit();
      operate(managed -> managed.pause(name, pause));
    }
    if (losses && dice.nextInt(25) == 0) {
      store.close();
      store = contract.open(time, LEASE, true);
      ledger = MemoryLeaseStore.afterLoss(time, LEASE);
      askAtOnce();
    }
  }

  private String anyLimit() {
    return "limit " + dice.nextInt(limits.size());
  }

  /** Does the same to both; a limit that nobody named, or for long, is known to none. */
  private void operate(Function<ManagedLeaseStore, CompletionStage<Void>> change) {
    assertThat(isDone(change.apply(store)))
        .as("seed %s, step %s", seed, step)
        .isEqualTo(isDone(change.apply(ledger)));
  }

  private static boolean isDone(CompletionStage<Void> stage) {
    return answerOf(stage.thenApply(done -> true)) != null;
  }

  private void ask() {
    Instance instance = instances.get(dice.nextInt(instances.size()));
    int kind = dice.nextInt(10);
    if (kind == 0 && !instance.said.isEmpty()) {
      compare(instance, instance.said.get(instance.said.size() - 1));
    } else if (kind == 1 && instance.said.size() > 1) {
      compare(instance, instance.said.get(instance.said.size() - 2));
    } else if (kind == 2) {
      instance.next(); // which gets lost
    } else {
      compare(instance, instance.next());
    }
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private void compare(Instance instance, Said said) {
    LeaseAnswer expected = answerOf(ledger.renew(said.toLedger));
    LeaseAnswer actual = answerOf(store.renew(said.toStore));
    String where = "seed " + seed + ", step " + step + ", " + said.toStore;
    if (expected == null || actual == null) {
      assertThat(actual).as("%s is refused", where).isEqualTo(expected);
      return;
    }
    assertThat(numbered(actual, instance.revisionsOfStore))
        .as(where)
        .isEqualTo(numbered(expected, instance.revisionsOfLedger));
    assertThat(actual.length()).as(where).isEqualTo(expected.length());
    assertThat(actual.instances()).as("live instances, %s", where).isEqualTo(expected.instances());
    assertThat(actual.epoch().equals(instance.epochOfStore))
        .as("same epoch as before, %s", where)
        .isEqualTo(expected.epoch().equals(instance.epochOfLedger));
    if (step % 8 == 0) {
      assertThat(join(store.snapshot()).limits())
          .as(where)
          .isEqualTo(join(ledger.snapshot()).limits());
    }
    instance.epochOfStore = actual.epoch();
    instance.epochOfLedger = expected.epoch();
    for (int i = 0; i < expected.leases().size(); i++) {
      instance.slots[i] = expected.leases().get(i).slots();
      instance.revisionsOfStore[i] = actual.leases().get(i).revision();
      instance.revisionsOfLedger[i] = expected.leases().get(i).revision();
    }
  }

  /**
   * Returns what is lent, with small numbers for revisions, since clocks of two ledgers differ: of
   * instances or of an operator, and whether it is later than what the instance was told before.
   */
  private static List<LeaseAnswer.Lease> numbered(LeaseAnswer answer, long[] before) {
    List<LeaseAnswer.Lease> leases = new ArrayList<>();
    for (LeaseAnswer.Lease of : answer.leases()) {
      int later = Long.compare(of.revision(), before[leases.size()]);
      long number = of.revision() == 1 ? 1 : 3 + later;
      leases.add(new LeaseAnswer.Lease(of.name(), of.slots(), of.limit(), number, of.pause()));
    }
    return leases;
  }

  /** Returns null where the request is refused. */
  private static <T> @Nullable T answerOf(CompletionStage<T> stage) {
    try {
      return join(stage);
    } catch (CompletionException e) {
      if (e.getCause() instanceof IllegalArgumentException) {
        return null;
      }
      throw e;
    }
  }
}
