package dev.throttle.remote.lease;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A history of instances that share one limit, made from a seed: calls of all lengths, cancelled
 * ones, a network that is as bad as it is told, instances that crash and come back, and a ledger
 * that is lost. It is on virtual time, so the same seed makes the same history.
 */
final class LeaseHistory {

  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final Duration LONGEST_CALL = Duration.ofMillis(400);

  /** What may go wrong. */
  record Trouble(Network.Faults network, boolean crashes, boolean partitions, boolean losses) {}

  private final Random dice;
  private final VirtualTime time = new VirtualTime();
  private final Trouble trouble;
  private final Limit limit;
  private final List<Instance> instances = new ArrayList<>();

  /** When the provider counted a call, in order. */
  final List<Long> counted = new ArrayList<>();

  private LeaseStore ledger = MemoryLeaseStore.fresh(time, LEASE);
  private int started;

  LeaseHistory(long seed, Trouble trouble) {
    this.dice = new Random(seed);
    this.trouble = trouble;
    this.limit =
        Limit.of(1 + dice.nextInt(40), Duration.ofMillis(200 + dice.nextInt(3_000)))
            .withMaxHold(LONGEST_CALL.plusMillis(1));
  }

  Limit limit() {
    return limit;
  }

  /** An instance of the program. */
  private final class Instance {
    final Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    final Network network;
    final SharedBuckets shared;
    final Throttle throttle;
    final List<CompletableFuture<Permit>> waiting = new ArrayList<>();
    final long pace;
    boolean arrives = true;
    boolean crashed;

    Instance() {
      CurrentLedger current = new CurrentLedger();
      network = new Network(current, time, dice, trouble.network);
      shared =
          SharedBuckets.of(network)
              .timeSource(time)
              .instance("instance " + started++)
              .refresh(LEASE.dividedBy(8))
              .start();
      shared.share(buckets.define("api", limit));
      throttle = buckets.throttle("api");
      long each = limit.period().toNanos() / limit.permits();
      pace = Math.max(1_000_000, (long) (each * (0.5 + 6 * dice.nextDouble())));
      arrive();
    }

    private void arrive() {
      if (arrives) {
        int burst = dice.nextInt(20) == 0 ? dice.nextInt(2 * limit.permits()) : 1;
        for (int i = 0; i < burst && throttle.buckets().get(0).waiting() < 100; i++) {
          call();
        }
        time.schedule(dice.nextLong(2 * pace), this::arrive);
      }
    }

    private void call() {
      CompletableFuture<Permit> permit = throttle.acquireAsync();
      waiting.add(permit);
      permit.thenAccept(this::send);
      if (dice.nextInt(10) == 0) {
        time.schedule(dice.nextLong(LEASE.toNanos()), () -> permit.cancel(false));
      }
    }

    private void send(Permit permit) {
      if (crashed) {
        return; // it is not there any more
      }
      long takes = dice.nextLong(LONGEST_CALL.toNanos());
      time.schedule(dice.nextLong(takes + 1), () -> counted.add(time.elapsed().toNanos()));
      time.schedule(
          takes,
          () -> {
            if (!crashed) {
              permit.close();
            }
          });
    }

    /** Ends without a word; what was sent is under way. */
    void crash() {
      arrives = false;
      crashed = true;
      network.setDown(true);
    }
  }

  /** The ledger of the day. */
  private final class CurrentLedger implements LeaseStore {
    @Override
    public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
      return ledger.renew(request);
    }
  }

  LeaseHistory run(int atOnce, Duration length) {
    for (int i = 0; i < atOnce; i++) {
      instances.add(new Instance());
    }
    long step = 50_000_000;
    for (long passed = 0; passed < length.toNanos(); passed += step) {
      time.advanceNanos(step);
      goWrong();
    }
    return this;
  }

  private void goWrong() {
    int i = dice.nextInt(instances.size());
    if (trouble.crashes && dice.nextInt(80) == 0) {
      instances.get(i).crash();
      instances.set(i, new Instance());
    }
    if (trouble.partitions && dice.nextInt(40) == 0) {
      Instance parted = instances.get(i);
      parted.network.setDown(true);
      time.schedule(
          dice.nextLong(3 * LEASE.toNanos()), () -> parted.network.setDown(parted.crashed));
    }
    if (trouble.losses && dice.nextInt(200) == 0) {
      ledger = MemoryLeaseStore.afterLoss(time, LEASE);
    }
  }

  /** Returns the most calls that the provider counted in any interval of one period. */
  int mostWithinOnePeriod() {
    counted.sort(null);
    int most = 0;
    int first = 0;
    for (int last = 0; last < counted.size(); last++) {
      while (counted.get(last) - counted.get(first) > limit.period().toNanos()) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  /**
   * Stops all trouble and new calls, and returns whether all that wait get their turn, in not much
   * more than the time that the limit needs.
   */
  boolean everybodyGetsHisTurn() {
    List<CompletableFuture<Permit>> all = new ArrayList<>();
    for (Instance instance : instances) {
      instance.arrives = false;
      instance.network.setDown(false);
      all.addAll(instance.waiting);
    }
    long waiting = all.stream().filter(one -> !one.isDone()).count();
    Duration each = limit.period().plus(LONGEST_CALL).plus(LEASE);
    Duration needed = each.multipliedBy(2 + waiting / limit.permits());
    Duration learning = LEASE.plus(LONGEST_CALL.multipliedBy(2)).plus(limit.period());
    time.advance(needed.plus(learning).plus(LEASE.multipliedBy(4)));
    return all.stream().allMatch(CompletableFuture::isDone);
  }
}
