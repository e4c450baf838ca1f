package dev.throttle.core;

import static dev.throttle.annotation.Algorithm.LEAKY_BUCKET;
import static dev.throttle.annotation.Algorithm.TOKEN_BUCKET;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The record of one limit: what its provider may have to count if the next call comes now, and what
 * a client that keeps its promises may hold at most. Slow, obvious, and from the definition of each
 * kind of provider.
 *
 * <p>The provider counts a call at some instant between its grant and its completion (or what is
 * said to be the latest). To ask at each grant is enough: of the calls that it can count together
 * in whatever interval one was granted last, and it could count the others with it already then.
 *
 * <p>What leaks is a queue with one server. Of all that came since an instant, no more has left it
 * than the rate allows; and the instant for which this is tight tells its length (E. Reich, 1958).
 *
 * <p>At a change, what the old terms have let go of is the oldest. The rest is counted by the new
 * terms, and where these leak as if it had come at the change. So over several changes what can be
 * counted in an interval is at most the capacity at its end and what has leaked at the rates in
 * force.
 */
final class Ledger {

  private final FakeTime time;
  private final List<Charge> charges = new ArrayList<>();
  private final View provider = new Provider();
  private final View permits = new Permits();
  private Limit limit;
  private long since;

  /** By how much completions may have been rounded up under earlier limits. */
  private long roundedBefore;

  private long shortestHold = Asked.NEVER;

  /** The grants since the change that are to be evenly spaced. */
  private final List<Spaced> spaced = new ArrayList<>();

  private long nextAtTheLatest;

  Ledger(FakeTime time, Limit limit) {
    this.time = time;
    this.limit = limit;
    enforce(limit);
  }

  Limit limit() {
    return limit;
  }

  private void enforce(Limit changed) {
    limit = changed;
    since = time.elapsed();
    nextAtTheLatest = since;
    spaced.clear();
    shortestHold = Math.min(shortestHold, hold());
  }

  // ---- what happens

  void charge(MixedCall call, int cost) {
    Charge charge = new Charge(call, cost, time.elapsed());
    charges.add(charge);
    call.charges.put(this, charge);
    spaced.add(new Spaced(time.elapsed(), cost));
    space(cost);
  }

  void adjust(MixedCall call, int actual) {
    Charge charge = chargeOf(call);
    int more = actual - charge.held;
    costsLess(charge, actual);
    charge.adjust(actual, time.elapsed());
    if (more > 0) {
      space(more);
    }
  }

  /** To be told of a call that was never sent. */
  void giveBack(MixedCall call) {
    costsLess(chargeOf(call), 0);
  }

  private Charge chargeOf(MixedCall call) {
    return Objects.requireNonNull(call.charges.get(this));
  }

  /** What was let go of for a call that, as is known only now, has not cost it, was others'. */
  private void costsLess(Charge charge, int actual) {
    int back = charge.provider.back;
    int others = Math.min(back, charge.actual) - Math.min(back, actual);
    for (Charge other : byAge(provider)) {
      if (others > 0 && other != charge && other.provider.settledAt != Asked.NEVER) {
        int some = Math.min(others, provider.count(other));
        other.provider.back += some;
        others -= some;
      }
    }
  }

  private List<Charge> byAge(View view) {
    return charges.stream().sorted(Comparator.comparingLong(view::from)).toList();
  }

  private void space(int cost) {
    nextAtTheLatest = Math.max(nextAtTheLatest, time.elapsed()) + turns(cost);
  }

  void change(Limit changed) {
    if (!changed.equals(limit)) {
      long now = time.elapsed();
      charges.forEach(charge -> charge.lost |= charge.call.outlivedItsHold(limit, now));
      settle(provider);
      settle(permits);
      roundedBefore = Math.max(roundedBefore, rounding());
      enforce(changed);
    }
  }

  /** Lets go of the oldest, of what is not in use any more. */
  private void settle(View view) {
    long back = -inUse(view);
    for (Charge charge : charges) {
      back += view.count(charge);
    }
    for (Charge charge : byAge(view)) {
      long from = view.from(charge);
      if (from <= time.elapsed()) {
        view.part(charge).settledAt = from;
        int all = view.count(charge);
        int some = (int) Math.min(back, all);
        back -= some;
        // With the last of it goes also what was taken too much.
        view.part(charge).back = some == all ? charge.held : view.part(charge).back + some;
      }
    }
  }

  // ---- what is in use

  /** Returns what the provider may have to count together with a call that comes now. */
  long mustCount() {
    return inUse(provider);
  }

  /** Returns the most that is in use if every permit comes back as late as it may. */
  long mayHold() {
    long all = inUse(permits);
    charges.removeIf(
        charge ->
            charge.isOver()
                && (all == 0 || (!leaks() && permits.backAt(charge) <= time.elapsed())));
    return all;
  }

  private long inUse(View view) {
    if (leaks()) {
      return inQueue(view);
    }
    long all = 0;
    for (Charge charge : charges) {
      all += view.backAt(charge) > time.elapsed() ? view.count(charge) : 0;
    }
    return all;
  }

  private long inQueue(View view) {
    List<Charge> latestFirst = new ArrayList<>(charges);
    latestFirst.sort(Comparator.comparingLong(view::from).reversed());
    long longest = 0;
    long all = 0;
    for (Charge charge : latestFirst) {
      all += view.count(charge);
      long from = Math.max(since, Nanos.add(view.from(charge), view.delay()));
      longest = Math.max(longest, all - leakedIn(Math.max(0, time.elapsed() - from)));
    }
    return longest;
  }

  private long leakedIn(long nanos) {
    long period = limit.period().toNanos();
    return nanos / period * limit.permits() + nanos % period * limit.permits() / period;
  }

  private boolean leaks() {
    return limit.algorithm() == TOKEN_BUCKET || limit.algorithm() == LEAKY_BUCKET;
  }

  /** Returns the permits that such a call can ever get. */
  int capacity(boolean high) {
    return limit.burst() - (high ? 0 : (int) ((long) limit.burst() * limit.reserve() / 100));
  }

  /** Returns by how much a completion may be rounded up. */
  private long rounding() {
    return limit.period().plus(limit.guard()).toNanos() / 1_024;
  }

  private long hold() {
    return (limit.countedWithin() == null ? limit.maxHold() : limit.countedWithin()).toNanos();
  }

  /** Returns by how much a prediction may be wrong: of long periods not each nanosecond is kept. */
  long coarseness() {
    return Math.max(roundedBefore, rounding()) >>> 30;
  }

  // ---- even spacing

  /**
   * Returns whether a grant now keeps its distance from all before: a turn for each permit, less
   * one, for who comes late by less than a turn keeps the place that it had.
   */
  boolean isSpaced() {
    long turn = turns(1);
    long permits = 0;
    for (int i = spaced.size() - 1; i >= 0 && limit.algorithm() == LEAKY_BUCKET; i--) {
      permits += spaced.get(i).cost;
      long apart = time.elapsed() - spaced.get(i).at + turn;
      if (apart * limit.permits() <= permits * limit.period().toNanos()) {
        return false;
      }
    }
    return true;
  }

  boolean isSurelySpaced() {
    return limit.algorithm() != LEAKY_BUCKET || nextAtTheLatest <= time.elapsed();
  }

  private long turns(int cost) {
    return Nanos.ceilDiv(cost * limit.period().toNanos(), limit.permits());
  }

  private record Spaced(long at, int cost) {}

  // ---- two views of the same charges

  private interface View {
    /** What changes have left of the charge. */
    Charge.Part part(Charge charge);

    /** When the rest begins, or the place in the queue. */
    long from(Charge charge);

    /** By how much later at most it gets into the queue. */
    long delay();

    /** When the rest ends, where permits do not leak. */
    long backAt(Charge charge);

    int count(Charge charge);
  }

  /** Each call is counted at the worst instant; of lost and unsent ones nothing is promised. */
  private final class Provider implements View {

    @Override
    public Charge.Part part(Charge charge) {
      return charge.provider;
    }

    @Override
    public long from(Charge charge) {
      return Math.min(charge.provider.settledAt, charge.call.countedAt(limit));
    }

    @Override
    public long delay() {
      return 0;
    }

    @Override
    public long backAt(Charge charge) {
      long from = from(charge);
      if (from == Asked.NEVER || limit.period().isZero()) {
        return from;
      }
      long guard = limit.guard().toNanos();
      if (limit.windows() == null) {
        return from + limit.period().toNanos() + (guard > 0 ? 1 : 0);
      }
      // Its clock may be off by a guard either way.
      return Math.max(endOfWindow(from - guard) + guard, endOfWindow(from + guard) - guard);
    }

    @Override
    public int count(Charge charge) {
      MixedCall call = charge.call;
      boolean uncounted =
          call.givenBack || charge.lost || call.outlivedItsHold(limit, time.elapsed());
      return uncounted ? 0 : Math.max(0, charge.actual - charge.provider.back);
    }
  }

  /** Each permit comes back as late as rounding allows. */
  private final class Permits implements View {

    @Override
    public Charge.Part part(Charge charge) {
      return charge.permit;
    }

    @Override
    public long from(Charge charge) {
      long settled = Math.min(charge.permit.settledAt, charge.call.endedAt);
      return limit.countedWithin() == null
          ? settled
          : Math.min(settled, Math.max(since, charge.takenAt) + hold() + hold() / 64);
    }

    @Override
    public long delay() {
      return limit.guard().toNanos() + Math.max(roundedBefore, rounding());
    }

    @Override
    public long backAt(Charge charge) {
      long from = from(charge);
      if (from == Asked.NEVER) {
        return from;
      }
      if (limit.period().isZero()) {
        return from + roundedBefore;
      }
      if (limit.windows() == null) {
        return from + limit.period().toNanos() + delay();
      }
      // Only completions before the same end of a window share a run.
      long guard = limit.guard().toNanos();
      return endOfWindow(from + roundedBefore + guard) + guard;
    }

    @Override
    public int count(Charge charge) {
      boolean inTime = !charge.lost && charge.endedWithin(shortestHold);
      int ended = charge.call.givenBack ? 0 : charge.actual;
      return Math.max(0, (inTime ? ended : charge.held) - charge.permit.back);
    }
  }

  // ---- windows

  /** Returns the end of the window that contains an instant. */
  long endOfWindow(long at) {
    long wall = time.wallAt(at);
    Windows windows = Objects.requireNonNull(limit.windows());
    Period calendar = windows.calendar();
    if (calendar == null) {
      long length = windows.length().toNanos();
      return at + length - Math.floorMod(wall - windows.offset().toNanos(), length);
    }
    LocalDate day =
        LocalDateTime.ofInstant(Instant.ofEpochSecond(0, wall), windows.zone())
            .minus(windows.offset())
            .toLocalDate();
    LocalDate next =
        calendar.equals(Period.ofDays(1)) ? day.plusDays(1) : day.withDayOfMonth(1).plusMonths(1);
    Instant end = next.atStartOfDay().plus(windows.offset()).atZone(windows.zone()).toInstant();
    return at + ChronoUnit.NANOS.between(Instant.ofEpochSecond(0, wall), end);
  }

  /** Returns an instant about which a call comes back: there mistakes show. */
  long edgeOf(MixedCall call) {
    Charge charge = chargeOf(call);
    long from = permits.from(charge);
    if (from == Asked.NEVER || limit.period().isZero()) {
      return time.elapsed();
    }
    return leaks() ? from + turns(1) + limit.guard().toNanos() : permits.backAt(charge);
  }
}
