package dev.throttle.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where calls wait that found no permit: who is next, at which bucket, until when.
 *
 * <p>One lock for all buckets that can be composed. It is taken by calls that have to wait, never
 * by one that finds a permit; no foreign code runs under it, and nobody waits holding it. What is
 * granted or refused is told after it is released.
 *
 * <h2>Binding late</h2>
 *
 * Nobody holds one bucket's permit while waiting for another's: the first call of a line takes from
 * all of its buckets or from none. The line then parks at the bucket that refused. When that bucket
 * can grant, the call tries all of them again and its line may move on to another that refuses now,
 * where it is placed by its ticket, given when it came. A line moves as a whole, so a move costs
 * the same whether one call waits in it or a million.
 *
 * <h2>No overtaking</h2>
 *
 * While a line is parked at a {@link Gate} that gate is closed: newcomers do not take there, they
 * join the room. The gate says who goes first among its lines, and a call that comes from another
 * gate does not pass those that go before it. If the first call of the first line needs more
 * permits than are free, the others wait with it: a big cost does not starve behind small ones.
 *
 * <h2>Nobody starves</h2>
 *
 * Two busy gates could hand a call to and fro for ever, each full when the other is not, or each
 * with others before it. After {@value #MOST_MOVES} moves a line is insistent: it parks at all of
 * its gates and yields to nobody but older tickets. Those are finitely many, each is granted or
 * becomes insistent itself, and among insistent lines the order is the same at every gate, whatever
 * their priorities and turns. So the oldest is first at all of its gates one day, and gets its
 * permit when they have room at once. Only here does a free slot stay unused while somebody else
 * wants it, and only until that call is granted.
 *
 * <h2>No lost wake-up</h2>
 *
 * A slot gets free without the lock, so a call could park just after it looked in vain. Therefore:
 * the gate is closed first, then the bucket is looked at again ({@link #pump}). Whoever frees a
 * slot later sees the closed gate in the very word he changes, or adds a run under the slots' lock
 * before or after our look, and calls {@link #look}. Time alone frees slots too: one timer per gate
 * that has lines, set for the slots that its first call needs.
 *
 * <h2>Pauses, shadows, and the switch</h2>
 *
 * A paused gate is closed and grants nothing. A bucket in shadow mode, and any bucket while all are
 * switched off, holds nobody up: nobody parks there but who insists and waits for another, which
 * keeps no one else; and a call that passes takes its slots even if none is free, so that the count
 * stays true. All of them change only what the slow path does.
 */
final class WaitingRoom {

  /** Moves after which a line insists; more saves slots from idling, fewer shortens waits. */
  private static final int MOST_MOVES = 16;

  final Events events = new Events();

  /** The lines of routes that are made anew for each call; guarded by the lock. */
  final Map<Route.Place, Line> linesOfKeys = new HashMap<>();

  private final ReentrantLock lock = new ReentrantLock();
  final Contexts contexts = Contexts.KNOWN;
  private final Loops loops = Loops.KNOWN;
  private final TimeSource time;
  private final Deadlines deadlines;
  private final Outlook outlook;
  private final Aftermath after = new Aftermath(lock);
  private final ArrayDeque<Gate> toPump = new ArrayDeque<>();
  private long tickets;
  private boolean closed;

  /** Written under the lock. */
  private volatile boolean off;

  /** Whether threads that must not block are refused before they would. */
  volatile boolean sparesLoops = true;

  WaitingRoom(TimeSource time) {
    this.time = time;
    this.deadlines = new Deadlines(time, this::deadlinePassed);
    this.outlook = new Outlook(this, time);
  }

  /** Returns whether the calling thread must not wait here. */
  boolean mustNotBlock() {
    return sparesLoops && loops.includeCurrent();
  }

  /** By a name that tools which look for blocking threads can tell from a wait for a permit. */
  private void takeLock() {
    lock.lock();
  }

  /**
   * Grants at once, refuses at once, or queues.
   *
   * @return whether it was granted at once; otherwise the waiter's {@link Waiter#ready} will be
   *     called
   * @throws ThrottledException if it is refused at once
   */
  boolean join(Waiter waiter) {
    Throttle throttle = waiter.throttle;
    events.beginWait(waiter);
    boolean atOnce;
    try {
      atOnce = joinUnderLock(waiter, throttle);
    } catch (ThrottledException refusal) {
      throttle.noteRefusal();
      events.refused(waiter, refusal);
      throw refusal;
    }
    throttle.route.remember();
    if (atOnce) {
      events.granted(waiter, time);
    }
    return atOnce;
  }

  private boolean joinUnderLock(Waiter waiter, Throttle throttle) {
    takeLock();
    try {
      if (waiter.ticket < 0) {
        waiter.askedAt = time.nanos();
      }
      waiter.ticket = tickets++;
      if (closed) {
        throw ThrottledException.closed(throttle.route.buckets[0], null);
      }
      Line line = throttle.line();
      int refusing = line.isEmpty() ? take(waiter, line) : 0;
      if (refusing < 0) {
        waiter.state = Waiter.State.GRANTED;
        pumpAll(); // the next of those who wait may now go first, and need less
        return true;
      }
      outlook.refuseIfHopeless(throttle, line);
      if (!waiter.mayWait()) {
        throw ThrottledException.mustNotBlock(throttle, Thread.currentThread());
      }
      boolean wasEmpty = line.isEmpty();
      waiter.state = Waiter.State.WAITING;
      line.add(waiter);
      Slots blocking = wasEmpty ? line.slots[refusing] : blocking(line).slots;
      events.waiting(waiter, blocking.bucket, after);
      if (wasEmpty) {
        throttle.route.enter(line);
        park(line, Gate.of(line.slots[refusing]));
      }
      setDeadline(waiter, throttle.maxWaitNanos);
      pumpAll();
      return false;
    } finally {
      after.releaseLock();
    }
  }

  /** Grants at once or not at all; returns whether it was granted. */
  boolean pass(Passer passer) {
    Throttle throttle = passer.throttle;
    takeLock();
    try {
      passer.askedAt = time.nanos();
      passer.ticket = tickets++;
      Line line = throttle.line();
      if (closed || !line.isEmpty() || take(passer, line) >= 0) {
        return false;
      }
      pumpAll();
    } finally {
      after.releaseLock();
    }
    throttle.route.remember();
    events.granted(passer, time);
    return true;
  }

  /** Takes a call out that no longer wants its permit; returns false if it was decided before. */
  boolean leave(Waiter waiter) {
    takeLock();
    try {
      if (waiter.state != Waiter.State.WAITING) {
        return false;
      }
      waiter.state = Waiter.State.LEFT;
      remove(waiter);
      pumpAll();
    } finally {
      after.releaseLock();
    }
    events.cancelled(waiter, time);
    return true;
  }

  /** Grants what can be granted at a limit; called when slots of it got free. */
  void look(Slots slots) {
    takeLock();
    try {
      pumpLater(Gate.of(slots));
      pumpAll();
    } finally {
      after.releaseLock();
    }
  }

  /** Returns whether nobody waits for a bucket and no pause holds it. */
  boolean isUnused(Bucket bucket) {
    takeLock();
    try {
      Gate gate = bucket.slots.gate;
      return gate == null || (gate.waiting == 0 && gate.pausedFor(time) == 0);
    } finally {
      after.releaseLock();
    }
  }

  /** Lets all who wait for these buckets follow a change. */
  void lookAt(Iterable<Bucket> buckets) {
    takeLock();
    try {
      pumpGates(buckets);
    } finally {
      after.releaseLock();
    }
  }

  /** Holds nobody up any more, or does so again. */
  void switchOff(boolean off, Iterable<Bucket> buckets) {
    takeLock();
    try {
      this.off = off;
      pumpGates(buckets);
    } finally {
      after.releaseLock();
    }
  }

  boolean isOff() {
    return off;
  }

  /** Refuses all who wait and all who come. */
  void close(Iterable<Bucket> buckets) {
    takeLock();
    try {
      closed = true;
      for (Bucket bucket : buckets) {
        for (Slots slots = bucket.slots; slots != null; slots = slots.next) {
          refuseAll(Gate.of(slots), null);
        }
      }
      pumpAll();
    } finally {
      after.releaseLock();
    }
  }

  void pause(Bucket bucket, long nanos) {
    takeLock();
    try {
      Gate gate = Gate.of(bucket.slots);
      gate.pause(time, nanos);
      gate.slots.closeGate();
      pumpLater(gate);
      pumpAll();
    } finally {
      after.releaseLock();
    }
    events.paused(bucket, nanos);
  }

  void resume(Bucket bucket) {
    takeLock();
    try {
      Gate gate = bucket.slots.gate;
      if (gate == null || gate.pausedFor(time) == 0) {
        return;
      }
      gate.resume();
      pumpLater(gate);
      pumpAll();
    } finally {
      after.releaseLock();
    }
    events.resumed(bucket);
  }

  /**
   * Counts a bucket by other terms, made of the present ones while nobody else can change them.
   *
   * @param change returns terms, one for each limit, or null to change nothing; pure and quick
   * @return whether it changed something
   */
  boolean change(Bucket bucket, Function<List<Terms>, @Nullable List<Terms>> change) {
    takeLock();
    try {
      List<Terms> present = new ArrayList<>(1);
      for (Slots slots = bucket.slots; slots != null; slots = slots.next) {
        present.add(slots.terms());
      }
      List<Terms> changed = change.apply(present);
      if (changed == null) {
        return false;
      }
      Slots slots = bucket.slots;
      for (Terms terms : changed) {
        Slots one = Objects.requireNonNull(slots);
        one.change(terms);
        pumpLater(Gate.of(one));
        slots = one.next;
      }
      pumpAll();
      return true;
    } finally {
      after.releaseLock();
    }
  }

  Snapshot snapshot(Bucket bucket) {
    takeLock();
    try {
      List<Snapshot.OfLimit> limits = new ArrayList<>(1);
      for (Slots slots = bucket.slots; slots != null; slots = slots.next) {
        limits.add(slots.snapshot());
      }
      Gate gate = bucket.slots.gate;
      long pausedFor = gate == null ? 0 : gate.pausedFor(time);
      return new Snapshot(
          bucket.name(), limits, bucket.waiting(), bucket.mode(), Duration.ofNanos(pausedFor));
    } finally {
      after.releaseLock();
    }
  }

  /** Returns the least time that a call which asks now has to wait. */
  long predict(Throttle throttle) {
    takeLock();
    try {
      return outlook.predict(throttle, throttle.line());
    } finally {
      after.releaseLock();
    }
  }

  /** Returns whether calls wait for this bucket, rather than pass it as they come. */
  boolean holdsUp(Bucket bucket) {
    return holdsUp(bucket.family);
  }

  /** Returns whether calls wait for the buckets of a name. */
  boolean holdsUp(Family family) {
    return !off && family.mode != Mode.SHADOW;
  }

  /** Tells the listener how a wait has ended; without the lock. */
  void tellEnd(Waiter waiter) {
    if (waiter.state == Waiter.State.GRANTED) {
      events.granted(waiter, time);
    } else if (waiter.refusal != null) {
      events.refused(waiter, waiter.refusal);
    }
  }

  // ---- all below under the lock

  /** Takes from all limits if it is this call's turn; returns below zero, or who refuses. */
  private int take(Waiter waiter, Line line) {
    Slots[] slots = line.slots;
    for (int i = 0; i < slots.length; i++) {
      Gate gate = slots[i].gate;
      if (gate != null
          && holdsUp(slots[i])
          && (gate.pausedFor(time) > 0 || !gate.lets(line, waiter.ticket))) {
        return i;
      }
    }
    Throttle throttle = waiter.throttle;
    int[] cohorts = new int[slots.length];
    for (int i = 0; i < slots.length; i++) {
      if (holdsUp(slots[i])) {
        cohorts[i] = slots[i].takeInTurn(throttle.cost(i), mayUseReserve(line, slots[i]));
        if (cohorts[i] == Slots.NONE) {
          giveBackFirst(i, cohorts, throttle);
          return i;
        }
      }
    }
    for (int i = 0; i < slots.length; i++) {
      if (!holdsUp(slots[i])) {
        cohorts[i] = takeUnhindered(throttle, line, i);
      }
      noteGrant(line, slots[i], throttle.cost(i));
    }
    waiter.stamp = throttle.stampOf(cohorts);
    return -1;
  }

  private void giveBackFirst(int count, int[] cohorts, Throttle throttle) {
    Slots[] slots = throttle.route.slots;
    for (int i = 0; i < count; i++) {
      if (holdsUp(slots[i])) {
        slots[i].undo(cohorts[i], throttle.cost(i));
      }
    }
  }

  private int takeUnhindered(Throttle throttle, Line line, int i) {
    Slots slots = line.slots[i];
    int cost = throttle.cost(i);
    Gate gate = slots.gate;
    long pausedFor = gate == null ? 0 : gate.pausedFor(time);
    int cohort = pausedFor > 0 ? Slots.NONE : slots.takeInTurn(cost, mayUseReserve(line, slots));
    if (cohort != Slots.NONE) {
      return cohort;
    }
    if (!off && events.listener != null) {
      long predicted = Math.max(pausedFor, slots.freeInAtLeast(0, cost, line.isHigh()));
      after.add(() -> events.wouldHaveWaited(throttle, slots.bucket, predicted));
    }
    return slots.takeAnyway(cost);
  }

  /** Another call may go first here now, one that needs less. */
  private void noteGrant(Line line, Slots slots, int cost) {
    Gate gate = slots.gate;
    if (gate != null && !gate.isEmpty()) {
      gate.granted(line, cost);
      pumpLater(gate);
    }
  }

  boolean holdsUp(Slots slots) {
    return holdsUp(slots.bucket);
  }

  private static boolean mayUseReserve(Line line, Slots slots) {
    Gate gate = slots.gate;
    return gate == null ? line.isHigh() : gate.mayUseReserve(line);
  }

  private void park(Line line, Gate gate) {
    line.parkedAt = gate;
    addTo(gate, line);
    for (Slots slots : line.slots) {
      if (slots != gate.slots) {
        Gate.of(slots).addElsewhere(line);
      }
    }
  }

  private void insist(Line line) {
    line.insistent = true;
    line.parkedAt = null;
    for (Slots slots : line.slots) {
      addTo(Gate.of(slots), line);
    }
  }

  private void addTo(Gate gate, Line line) {
    gate.slots.closeGate();
    gate.add(line);
    pumpLater(gate);
  }

  /** Takes a line from where it is parked; every such gate must be pumped then. */
  private void unpark(Line line) {
    Gate at = line.parkedAt;
    if (line.insistent) {
      for (Slots slots : line.slots) {
        removeFrom(Gate.of(slots), line);
      }
      line.insistent = false;
    } else if (at != null) {
      removeFrom(at, line);
      line.parkedAt = null;
      for (Slots slots : line.slots) {
        Gate.of(slots).removeElsewhere(line); // where it is parked there is none
      }
    }
  }

  private void removeFrom(Gate gate, Line line) {
    gate.remove(line);
    pumpLater(gate);
  }

  private void remove(Waiter waiter) {
    deadlines.remove(waiter);
    Line line = Objects.requireNonNull(waiter.line);
    if (line.first != waiter) {
      line.remove(waiter);
      return;
    }
    Gate at = blocking(line);
    line.moves = 0;
    if (waiter.next != null && line.parkedAt == at && at.advances(line)) {
      line.remove(waiter);
      pumpLater(at);
      return;
    }
    unpark(line);
    line.remove(waiter);
    if (line.isEmpty()) {
      waiter.throttle.route.leave(line);
    } else {
      park(line, at);
    }
  }

  /** Returns where a line is parked, or the first of its gates if at all. */
  private static Gate blocking(Line line) {
    Gate at = line.parkedAt;
    return at == null ? Gate.of(line.slots[0]) : at;
  }

  private void pumpGates(Iterable<Bucket> buckets) {
    for (Bucket bucket : buckets) {
      for (Slots slots = bucket.slots; slots != null; slots = slots.next) {
        Gate gate = slots.gate;
        if (gate != null) {
          pumpLater(gate);
        }
      }
    }
    pumpAll();
  }

  private void pumpLater(Gate gate) {
    if (!gate.pumpPending) {
      gate.pumpPending = true;
      toPump.add(gate);
    }
  }

  private void pumpAll() {
    for (Gate gate = toPump.poll(); gate != null; gate = toPump.poll()) {
      gate.pumpPending = false;
      pump(gate);
    }
  }

  /** Grants to the lines at a gate in their order, until the first finds no room. */
  private void pump(Gate gate) {
    long lookAgainIn = Nanos.FOR_EVER;
    if (!holdsUp(gate.slots)) {
      letInsistentPass(gate);
    }
    for (Line line = first(gate); line != null; line = first(gate)) {
      Waiter first = Objects.requireNonNull(line.first);
      int refusing = take(first, line);
      if (refusing < 0) {
        grant(first);
      } else if (line.slots[refusing] == gate.slots) {
        lookAgainIn = gate.lookAgainIn(time, line, first.throttle.cost(refusing));
        if (lookAgainIn > 0 && !refuseIfNeverGranted(first, line, refusing)) {
          break;
        }
      } else if (line.insistent) {
        // Each gate has a timer of its own, but where there is room.
        long here = gate.lookAgainIn(time, line, first.throttle.cost(line.indexOf(gate.slots)));
        lookAgainIn = here == 0 ? Nanos.FOR_EVER : here;
        // The other may have been looked at when this one had none; it would not be again.
        if (!refuseIfNeverGranted(first, line, refusing)) {
          break;
        }
      } else {
        move(line, Gate.of(line.slots[refusing]));
      }
    }
    if (!gate.isEmpty()) {
      setAlarm(gate, lookAgainIn);
    } else if (gate.pausedFor(time) > 0) {
      setAlarm(gate, gate.pausedFor(time));
    } else {
      gate.slots.openGate();
      cancelAlarm(gate);
    }
  }

  /**
   * Returns whose turn it is at a gate; those who insist have theirs only where it holds them up.
   */
  private @Nullable Line first(Gate gate) {
    return holdsUp(gate.slots) ? gate.first() : gate.firstToMove();
  }

  /** Those who insist may wait for others of their gates: this one is not to wait with them. */
  private void letInsistentPass(Gate gate) {
    for (Line line : List.copyOf(gate.insistent)) {
      Waiter first = Objects.requireNonNull(line.first);
      if (take(first, line) < 0) {
        grant(first);
      }
    }
  }

  private void grant(Waiter waiter) {
    waiter.state = Waiter.State.GRANTED;
    remove(waiter);
    after.add(waiter);
  }

  /** Refuses a call that is not to wait any longer, after a limit or a mode has changed. */
  private boolean refuseIfNeverGranted(Waiter first, Line line, int i) {
    ThrottledException refusal = outlook.refusalOfWaiting(first.throttle, line, i);
    if (refusal != null) {
      refuse(first, refusal);
    }
    return refusal != null;
  }

  private void move(Line line, Gate to) {
    unpark(line);
    if (++line.moves > MOST_MOVES) {
      insist(line);
    } else {
      park(line, to);
    }
  }

  private void setAlarm(Gate gate, long in) {
    if (in == Nanos.FOR_EVER) {
      cancelAlarm(gate);
      return;
    }
    Alarm alarm = gate.alarm;
    if (alarm == null) {
      alarm = new Alarm(time, at -> slotIsDue(gate, at));
      gate.alarm = alarm;
    }
    try {
      alarm.set(in);
    } catch (RejectedExecutionException noTimer) {
      refuseAll(gate, noTimer);
    }
  }

  private void slotIsDue(Gate gate, long at) {
    takeLock();
    try {
      if (gate.alarm != null) {
        gate.alarm.rang(at);
      }
      pumpLater(gate);
      pumpAll();
    } finally {
      after.releaseLock();
    }
  }

  private static void cancelAlarm(Gate gate) {
    if (gate.alarm != null) {
      gate.alarm.cancel();
    }
  }

  private void refuseAll(Gate gate, @Nullable RejectedExecutionException cause) {
    for (Line line = gate.first(); line != null; line = gate.first()) {
      refuse(
          Objects.requireNonNull(line.first), ThrottledException.closed(gate.slots.bucket, cause));
    }
  }

  private void refuse(Waiter waiter, ThrottledException refusal) {
    waiter.throttle.noteRefusal();
    waiter.refusal = refusal;
    waiter.state = Waiter.State.REFUSED;
    remove(waiter);
    after.add(waiter);
  }

  // ---- deadlines

  private void setDeadline(Waiter waiter, long maxWaitNanos) {
    if (maxWaitNanos != Nanos.FOR_EVER) {
      deadlines.add(waiter, maxWaitNanos);
      setDeadlineAlarm();
    }
  }

  private void setDeadlineAlarm() {
    try {
      deadlines.setAlarm();
    } catch (RejectedExecutionException noTimer) {
      for (Waiter first = deadlines.first(); first != null; first = deadlines.first()) {
        refuse(first, ThrottledException.closed(first.throttle.route.buckets[0], noTimer));
      }
    }
  }

  private void deadlinePassed(long at) {
    takeLock();
    try {
      deadlines.rang(at);
      for (Waiter late = deadlines.passed(); late != null; late = deadlines.passed()) {
        Line line = Objects.requireNonNull(late.line);
        // A permit that is due at this very instant still counts.
        pumpLater(blocking(line));
        pumpAll();
        if (late.state == Waiter.State.WAITING) {
          refuse(
              late,
              ThrottledException.waitedTooLong(
                  blocking(line).slots.bucket, late.throttle.maxWaitNanos, late.waitingBefore()));
          pumpAll();
        }
      }
      setDeadlineAlarm();
    } finally {
      after.releaseLock();
    }
  }
}
