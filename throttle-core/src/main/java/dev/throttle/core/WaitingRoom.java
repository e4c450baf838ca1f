package dev.throttle.core;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
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
 * While a line is parked at a bucket its gate is closed: newcomers do not take from it, they join
 * the room. Among lines at a bucket the oldest ticket goes first, and a call that comes from
 * another bucket does not pass older ones either. If the first call of the first line needs more
 * permits than are free, the others wait with it.
 *
 * <h2>Nobody starves</h2>
 *
 * Two busy buckets could hand a call to and fro for ever, each full when the other is not. After
 * {@value #MOST_MOVES} moves a line is insistent: it parks at all of its buckets, and none of them
 * grants to a younger ticket until they all have room at once. Only here does a free slot stay
 * unused while somebody younger wants it, and only until the insistent call is granted.
 *
 * <h2>No lost wake-up</h2>
 *
 * A slot gets free without the lock, so a call could park just after it looked in vain. Therefore:
 * the gate is closed first, then the bucket is looked at again ({@link #pump}). Whoever frees a
 * slot later sees the closed gate in the very word he changes, or adds a run under the slots' lock
 * before or after our look, and calls {@link #look}. Time alone frees slots too: one timer per
 * bucket that has lines, set for the first slot to come.
 */
final class WaitingRoom {

  /** Moves after which a line insists; more saves slots from idling, fewer shortens waits. */
  private static final int MOST_MOVES = 16;

  /** Those whom this thread has yet to tell, while it is telling. */
  private static final ThreadLocal<@Nullable ArrayDeque<Waiter>> TELLING = new ThreadLocal<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final TimeSource time;
  private final TreeSet<Waiter> deadlines =
      new TreeSet<>(
          Comparator.comparingLong((Waiter w) -> w.deadline).thenComparingLong(w -> w.ticket));
  private final ArrayDeque<Bucket> toPump = new ArrayDeque<>();
  private final ArrayDeque<Waiter> told = new ArrayDeque<>();
  private final long origin;
  private long tickets;
  private final Alarm deadlineAlarm;
  private boolean closed;

  WaitingRoom(TimeSource time) {
    this.time = time;
    this.origin = time.nanos();
    this.deadlineAlarm = new Alarm(time, this::deadlinePassed);
  }

  /**
   * Grants at once, refuses at once, or queues.
   *
   * @return whether it was granted at once; otherwise the waiter's {@link Waiter#ready} will be
   *     called
   * @throws ThrottledException if it is refused at once
   */
  boolean join(Waiter waiter) {
    lock.lock();
    try {
      waiter.ticket = tickets++;
      Throttle throttle = waiter.throttle;
      if (closed) {
        throw ThrottledException.closed(throttle.buckets[0], null);
      }
      Line line = throttle.line;
      int refusing = line.isEmpty() ? take(waiter) : 0;
      if (refusing < 0) {
        waiter.state = Waiter.State.GRANTED;
        return true;
      }
      refuseIfHopeless(throttle);
      boolean wasEmpty = line.isEmpty();
      waiter.state = Waiter.State.WAITING;
      line.add(waiter);
      if (wasEmpty) {
        park(line, line.buckets[refusing]);
      }
      setDeadline(waiter);
      pumpAll();
    } finally {
      leaveLock();
    }
    return false;
  }

  /** Takes a call out that no longer wants its permit; returns false if it was decided before. */
  boolean leave(Waiter waiter) {
    lock.lock();
    try {
      if (waiter.state != Waiter.State.WAITING) {
        return false;
      }
      waiter.state = Waiter.State.LEFT;
      remove(waiter);
      pumpAll();
      return true;
    } finally {
      leaveLock();
    }
  }

  /** Grants what can be granted at a bucket; called when slots of it got free. */
  void look(Bucket bucket) {
    lock.lock();
    try {
      pumpLater(bucket);
      pumpAll();
    } finally {
      leaveLock();
    }
  }

  /** Refuses all who wait and all who come. */
  void close(Iterable<Bucket> buckets) {
    lock.lock();
    try {
      closed = true;
      for (Bucket bucket : buckets) {
        refuseAll(bucket, null);
      }
      pumpAll();
    } finally {
      leaveLock();
    }
  }

  /** Releases the lock and tells everybody whose wait has ended. */
  private void leaveLock() {
    if (told.isEmpty()) {
      lock.unlock();
      return;
    }
    Waiter[] ready = told.toArray(new Waiter[0]);
    told.clear();
    lock.unlock();
    tell(ready);
  }

  /** Tells one after another, also where an executor starts calls in the thread that tells. */
  private static void tell(Waiter[] ready) {
    ArrayDeque<Waiter> telling = TELLING.get();
    if (telling != null) {
      Collections.addAll(telling, ready);
      return;
    }
    telling = new ArrayDeque<>(List.of(ready));
    TELLING.set(telling);
    try {
      for (Waiter waiter = telling.poll(); waiter != null; waiter = telling.poll()) {
        waiter.ready();
      }
    } finally {
      TELLING.remove();
    }
  }

  // ---- all below under the lock

  /** Takes from all buckets if it is this call's turn; returns below zero, or who refuses. */
  private static int take(Waiter waiter) {
    Throttle throttle = waiter.throttle;
    for (int i = 0; i < throttle.buckets.length; i++) {
      TreeSet<Line> parked = throttle.buckets[i].parked;
      if (!parked.isEmpty() && parked.first().ticket() < waiter.ticket) {
        return i;
      }
    }
    long stamp = throttle.take(true);
    if (stamp < 0) {
      return (int) ~stamp;
    }
    waiter.stamp = stamp;
    return -1;
  }

  private void refuseIfHopeless(Throttle throttle) {
    long maxWaitNanos = throttle.maxWaitNanos;
    for (Bucket bucket : throttle.buckets) {
      if (bucket.waiting() >= bucket.maxQueue()) {
        throw ThrottledException.queueFull(bucket, predict(throttle, bucket), bucket.waiting());
      }
    }
    if (maxWaitNanos == Nanos.FOR_EVER) {
      return;
    }
    long longest = -1;
    Bucket slowest = throttle.buckets[0];
    for (Bucket bucket : throttle.buckets) {
      long predicted = predict(throttle, bucket);
      if (predicted > longest) {
        longest = predicted;
        slowest = bucket;
      }
    }
    if (longest > maxWaitNanos || maxWaitNanos == 0) {
      throw ThrottledException.tooLong(slowest, longest, maxWaitNanos, slowest.waiting());
    }
  }

  /** Returns the least time that this bucket alone lets a newcomer wait behind those before it. */
  private static long predict(Throttle throttle, Bucket bucket) {
    Line own = throttle.line;
    // A line of several buckets may go and wait at another; only its own calls are sure to come
    // first.
    long before = bucket.faithfulCost + (own.buckets.length == 1 ? 0 : own.cost);
    return bucket.slots.freeInAtLeast(before + throttle.cost());
  }

  private void park(Line line, Bucket bucket) {
    line.parkedAt = bucket;
    addTo(bucket, line);
  }

  private void insist(Line line) {
    line.insistent = true;
    line.parkedAt = null;
    for (Bucket bucket : line.buckets) {
      addTo(bucket, line);
    }
  }

  private void addTo(Bucket bucket, Line line) {
    bucket.slots.closeGate();
    bucket.parked.add(line);
    pumpLater(bucket);
  }

  /** Takes a line from where it is parked; every such bucket must be pumped then. */
  private void unpark(Line line) {
    if (line.insistent) {
      for (Bucket bucket : line.buckets) {
        removeFrom(bucket, line);
      }
      line.insistent = false;
    } else if (line.parkedAt != null) {
      removeFrom(line.parkedAt, line);
      line.parkedAt = null;
    }
  }

  private void removeFrom(Bucket bucket, Line line) {
    bucket.parked.remove(line);
    pumpLater(bucket);
  }

  private void remove(Waiter waiter) {
    if (waiter.hasDeadline) {
      deadlines.remove(waiter);
    }
    Line line = waiter.throttle.line;
    if (line.first != waiter) {
      line.remove(waiter);
      return;
    }
    Bucket at = line.parkedAt == null ? line.buckets[0] : line.parkedAt;
    unpark(line);
    line.remove(waiter);
    line.moves = 0;
    if (!line.isEmpty()) {
      park(line, at);
    }
  }

  private void pumpLater(Bucket bucket) {
    if (!bucket.pumpPending) {
      bucket.pumpPending = true;
      toPump.add(bucket);
    }
  }

  private void pumpAll() {
    for (Bucket bucket = toPump.poll(); bucket != null; bucket = toPump.poll()) {
      bucket.pumpPending = false;
      pump(bucket);
    }
  }

  /** Grants to the lines at a bucket, oldest ticket first, until it is full. */
  private void pump(Bucket bucket) {
    long lookAgainIn = Nanos.FOR_EVER;
    while (!bucket.parked.isEmpty()) {
      Line line = bucket.parked.first();
      Waiter first = line.first;
      if (first == null) {
        break;
      }
      lookAgainIn = bucket.slots.lookAgainIn(first.throttle.cost());
      if (lookAgainIn > 0) {
        break;
      }
      int refusing = take(first);
      if (refusing < 0) {
        first.state = Waiter.State.GRANTED;
        remove(first);
        told.add(first);
      } else if (line.insistent) {
        // There is room here; whichever bucket refuses has a timer of its own.
        lookAgainIn = Nanos.FOR_EVER;
        break;
      } else {
        move(line, line.buckets[refusing]);
      }
    }
    if (bucket.parked.isEmpty()) {
      bucket.slots.openGate();
      cancelAlarm(bucket);
    } else {
      setAlarm(bucket, lookAgainIn);
    }
  }

  private void move(Line line, Bucket to) {
    unpark(line);
    if (++line.moves > MOST_MOVES) {
      insist(line);
    } else {
      park(line, to);
    }
  }

  private void setAlarm(Bucket bucket, long in) {
    if (in == Nanos.FOR_EVER) {
      cancelAlarm(bucket);
      return;
    }
    Alarm alarm = bucket.alarm;
    if (alarm == null) {
      alarm = new Alarm(time, at -> slotIsDue(bucket, at));
      bucket.alarm = alarm;
    }
    try {
      alarm.set(in);
    } catch (RejectedExecutionException noTimer) {
      refuseAll(bucket, noTimer);
    }
  }

  private void slotIsDue(Bucket bucket, long at) {
    lock.lock();
    try {
      if (bucket.alarm != null) {
        bucket.alarm.rang(at);
      }
      pumpLater(bucket);
      pumpAll();
    } finally {
      leaveLock();
    }
  }

  private static void cancelAlarm(Bucket bucket) {
    if (bucket.alarm != null) {
      bucket.alarm.cancel();
    }
  }

  private void refuseAll(Bucket bucket, @Nullable RejectedExecutionException cause) {
    while (!bucket.parked.isEmpty()) {
      Waiter first = bucket.parked.first().first;
      if (first == null) {
        return;
      }
      refuse(first, ThrottledException.closed(bucket, cause));
    }
  }

  private void refuse(Waiter waiter, ThrottledException refusal) {
    waiter.refusal = refusal;
    waiter.state = Waiter.State.REFUSED;
    remove(waiter);
    told.add(waiter);
  }

  // ---- deadlines

  private void setDeadline(Waiter waiter) {
    long maxWaitNanos = waiter.throttle.maxWaitNanos;
    if (maxWaitNanos == Nanos.FOR_EVER) {
      return;
    }
    if (!waiter.hasDeadline) {
      // Counted from the room's origin, so that deadlines can be ordered in a tree.
      waiter.deadline = Nanos.add(time.nanos() - origin, maxWaitNanos);
      waiter.hasDeadline = true;
    }
    deadlines.add(waiter);
    setDeadlineAlarm();
  }

  private void setDeadlineAlarm() {
    if (deadlines.isEmpty()) {
      return;
    }
    try {
      deadlineAlarm.set(deadlines.first().deadline - (time.nanos() - origin));
    } catch (RejectedExecutionException noTimer) {
      while (!deadlines.isEmpty()) {
        Waiter waiter = deadlines.first();
        refuse(waiter, ThrottledException.closed(waiter.throttle.buckets[0], noTimer));
      }
    }
  }

  private void deadlinePassed(long at) {
    lock.lock();
    try {
      deadlineAlarm.rang(at);
      long now = time.nanos() - origin;
      while (!deadlines.isEmpty() && deadlines.first().deadline <= now) {
        Waiter waiter = deadlines.first();
        Line line = waiter.throttle.line;
        // A permit that is due at this very instant still counts.
        pumpLater(line.parkedAt == null ? line.buckets[0] : line.parkedAt);
        pumpAll();
        if (waiter.state == Waiter.State.WAITING) {
          Bucket blocking = line.parkedAt == null ? line.buckets[0] : line.parkedAt;
          refuse(
              waiter,
              ThrottledException.waitedTooLong(
                  blocking, waiter.throttle.maxWaitNanos, waiter.waitingBefore()));
          pumpAll();
        }
      }
      setDeadlineAlarm();
    } finally {
      leaveLock();
    }
  }
}
