package dev.throttle.remote.lease;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.core.Unreachable;
import dev.throttle.test.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
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

  /**
   * What may go wrong.
   *
   * @param outages whether the store is out of reach of all for a while, again and again
   * @param policy what instances do then
   */
  record Trouble(
      Network.Faults network,
      boolean crashes,
      boolean partitions,
      boolean losses,
      boolean outages,
      Unreachable policy) {

    Trouble(Network.Faults network, boolean crashes, boolean partitions, boolean losses) {
      this(network, crashes, partitions, losses, false, Unreachable.WAIT);
    }
  }

  /** A limit, and what the provider counted of it. */
  static final class Counted {
    final String name;
    final Limit limit;
    final List<Arrival> arrivals = new ArrayList<>();

    Counted(String name, Limit limit) {
      this.name = name;
      this.limit = limit;
    }

    /** Returns the most permits that the provider counted in any interval of one period. */
    int mostWithinOnePeriod() {
      return mostWithinOnePeriod(Duration.ZERO);
    }

    /** Returns the same of intervals that begin at that time or later. */
    int mostWithinOnePeriod(Duration from) {
      arrivals.sort(Comparator.comparingLong(Arrival::at));
      int most = 0;
      int within = 0;
      int first = 0;
      while (first < arrivals.size() && arrivals.get(first).at < from.toNanos()) {
        first++;
      }
      for (Arrival last : arrivals.subList(first, arrivals.size())) {
        within += last.cost;
        while (last.at - arrivals.get(first).at > limit.period().toNanos()) {
          within -= arrivals.get(first++).cost;
        }
        most = Math.max(most, within);
      }
      return most;
    }
  }

  private record Arrival(long at, int cost) {}

  private final Random dice;
  private final VirtualTime time = new VirtualTime();
  private final Trouble trouble;
  private final List<Counted> limits = new ArrayList<>();
  private final List<Instance> instances = new ArrayList<>();

  /** How many calls were counted when the store had been out of reach for long. */
  int countedWithoutStore;

  private boolean outage;
  private long outageSince;
  private long outageBefore;

  private LeaseStore ledger = MemoryLeaseStore.fresh(time, LEASE);
  private int started;

  /** Whether some calls cost more than one permit. */
  private final boolean dear;

  LeaseHistory(long seed, Trouble trouble) {
    this.dice = new Random(seed);
    this.outageSince = time.nanos();
    this.outageBefore = time.nanos();
    this.trouble = trouble;
    for (int i = 0; i <= seed % 2; i++) {
      limits.add(
          new Counted(
              "api/" + i,
              Limit.of(1 + dice.nextInt(40), Duration.ofMillis(200 + dice.nextInt(3_000)))
                  .withMaxHold(LONGEST_CALL.plusMillis(1))));
    }
    this.dear = dice.nextInt(3) == 0;
  }

  List<Counted> limits() {
    return limits;
  }

  private Limit narrowest() {
    return limits.stream()
        .map(of -> of.limit)
        .min(Comparator.comparingInt(Limit::permits))
        .orElseThrow();
  }

  /** An instance of the program. */
  private final class Instance {
    final Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    final Network network;
    final SharedBuckets shared;
    final List<Throttle> throttles = new ArrayList<>();
    final List<CompletableFuture<Permit>> waiting = new ArrayList<>();
    final long pace;

    /** Whether its dear calls do not wait. */
    final boolean impatient = started % 2 == 0;

    boolean arrives = true;
    boolean crashed;

    Instance() {
      CurrentLedger current = new CurrentLedger();
      network = new Network(current, time, dice, trouble.network);
      Duration refresh = LEASE.dividedBy(8);
      LeaseStore store =
          trouble.outages && dice.nextBoolean() ? Circuit.around(network, refresh, time) : network;
      shared =
          SharedBuckets.of(store)
              .timeSource(time)
              .instance("instance " + started++)
              .refresh(refresh)
              .whenUnreachable(trouble.policy)
              .start();
      for (Counted of : limits) {
        shared.share(buckets.define(of.name, of.limit));
        throttles.add(buckets.throttle(of.name));
      }
      throttles.add(buckets.throttle(limits.stream().map(of -> of.name).toArray(String[]::new)));
      long each = narrowest().period().toNanos() / narrowest().permits();
      pace = Math.max(1_000_000, (long) (each * (0.5 + 6 * dice.nextDouble())));
      arrive();
    }

    private void arrive() {
      if (arrives) {
        int burst = dice.nextInt(20) == 0 ? dice.nextInt(2 * narrowest().permits()) : 1;
        for (int i = 0; i < burst && buckets.bucket(limits.get(0).name).waiting() < 100; i++) {
          call();
        }
        time.schedule(dice.nextLong(2 * pace), this::arrive);
      }
    }

    private void call() {
      Throttle throttle = throttles.get(dice.nextInt(throttles.size()));
      int cost = dear && dice.nextInt(4) == 0 ? 1 + dice.nextInt(narrowest().permits()) : 1;
      if (cost > 1 && impatient) {
        Permit granted = throttle.withCost(cost).tryAcquire();
        if (granted != null) {
          send(granted, throttle, cost);
        }
        return;
      }
      CompletableFuture<Permit> permit = throttle.withCost(cost).acquireAsync();
      waiting.add(permit);
      permit.thenAccept(granted -> send(granted, throttle, cost));
      if (dice.nextInt(10) == 0) {
        time.schedule(dice.nextLong(LEASE.toNanos()), () -> permit.cancel(false));
      }
    }

    private void send(Permit permit, Throttle throttle, int cost) {
      if (crashed) {
        return; // it is not there any more
      }
      long takes = dice.nextLong(LONGEST_CALL.toNanos());
      time.schedule(dice.nextLong(takes + 1), () -> count(throttle, cost));
      time.schedule(
          takes,
          () -> {
            if (!crashed) {
              permit.close();
            }
          });
    }

    private void count(Throttle throttle, int cost) {
      boolean leasesAreOver =
          time.nanos() - outageSince > LEASE.plus(LONGEST_CALL.multipliedBy(2)).toNanos();
      countedWithoutStore += outage && leasesAreOver ? 1 : 0;
      List<String> names = throttle.buckets().stream().map(Bucket::name).toList();
      for (Counted of : limits) {
        if (names.contains(of.name)) {
          of.arrivals.add(new Arrival(time.elapsed().toNanos(), cost));
        }
      }
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
      if (!outage) {
        return ledger.renew(request);
      }
      return dice.nextBoolean()
          ? CompletableFuture.failedFuture(new IOException("refused"))
          : new CompletableFuture<>();
    }
  }

  private void setOutage(boolean outage) {
    this.outage = outage;
    this.outageSince = time.nanos();
  }

  /** Returns the time from the beginning. */
  Duration elapsed() {
    return time.elapsed();
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

  /** Goes on without new trouble. */
  LeaseHistory calm(Duration length) {
    setOutage(false);
    time.advance(length);
    return this;
  }

  /** Parts the first of the instances from the store, and brings them back. */
  LeaseHistory part(int count, Duration length) {
    List<Instance> parted = instances.subList(0, count);
    parted.forEach(one -> one.network.setDown(true));
    time.advance(length);
    parted.forEach(one -> one.network.setDown(false));
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
    // It may be back for a moment only, but not again and again.
    boolean mayGo = time.nanos() - outageBefore > LEASE.multipliedBy(4).toNanos();
    if (trouble.outages && !outage && mayGo && dice.nextInt(120) == 0) {
      outageBefore = outageSince;
      setOutage(true);
      time.schedule(dice.nextLong(8 * LEASE.toNanos()), () -> setOutage(false));
    }
    if (trouble.losses && dice.nextInt(200) == 0) {
      ledger = MemoryLeaseStore.afterLoss(time, LEASE);
    }
  }

  /**
   * Stops all trouble and new calls, and returns whether all that wait get their turn, in not much
   * more than the time that the limit needs.
   */
  boolean everybodyGetsHisTurn() {
    setOutage(false);
    List<CompletableFuture<Permit>> all = new ArrayList<>();
    for (Instance instance : instances) {
      instance.arrives = false;
      instance.network.setDown(false);
      all.addAll(instance.waiting);
    }
    Duration longest =
        limits.stream().map(of -> of.limit.period()).max(Comparator.naturalOrder()).orElseThrow();
    Duration each = longest.plus(LONGEST_CALL).plus(LEASE);
    long rounds = all.stream().filter(one -> !one.isDone()).count() * 2 / narrowest().permits();
    Duration needed = each.multipliedBy(2 + rounds * (dear ? narrowest().permits() : 1));
    Duration learning = LEASE.plus(LONGEST_CALL.multipliedBy(2)).plus(longest);
    Duration shares = trouble.policy == Unreachable.SHARE ? LEASE.multipliedBy(4) : Duration.ZERO;
    Duration most = needed.plus(learning).plus(shares).plus(LEASE.multipliedBy(4));
    Duration end = time.elapsed().plus(most);
    while (!all.stream().allMatch(CompletableFuture::isDone) && time.elapsed().compareTo(end) < 0) {
      time.advance(LEASE);
    }
    time.advance(longest.plus(LONGEST_CALL)); // what was granted last is counted
    return all.stream().allMatch(CompletableFuture::isDone);
  }
}
