package dev.throttle.core;

import dev.throttle.annotation.Priority;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who waits at one limit of a bucket, and who of them goes first. Guarded by the waiting room's
 * lock.
 *
 * <h2>Order</h2>
 *
 * The highest priority that waits goes first; but one that was passed over by {@value #MOST_PASSES}
 * grants to higher priorities goes next, and may then even take from the reserve: it must not
 * starve. Those that need not queue count too, since they take what it waits for. Within a priority
 * the earlier of the {@link Turns}, and among equal ones the older ticket. Insistent lines, of
 * which {@link WaitingRoom} tells, yield to older tickets only, and not even to those if it is not
 * their turn.
 */
final class Gate {

  /** Grants to higher priorities after which a lower one is next. */
  static final int MOST_PASSES = 16;

  private static final int LEVELS = Priority.values().length;

  private static final Comparator<Line> BY_TICKET = Comparator.comparingLong(Line::ticket);
  private static final Comparator<Line> BY_TURN =
      Comparator.comparingLong((Line line) -> line.turn).thenComparing(BY_TICKET);

  final Slots slots;

  /** Calls that wait and will pass here, wherever they are parked; written under the lock. */
  volatile int waiting;

  /** Permits that those of them take whose line is parked at this gate alone. */
  private long awaitedHere;

  /**
   * Lines of calls that will pass here, but are parked at one other gate; null before the first.
   */
  private @Nullable Set<Line> elsewhere;

  /** For the first slot that those who wait here need, or the end of a pause. */
  @Nullable Alarm alarm;

  boolean pumpPending;

  private boolean paused;

  /** Whether a pause lasts until it is ended; otherwise it does until {@link #pausedUntil}. */
  private boolean pausedForEver;

  private long pausedUntil;

  final TreeSet<Line> insistent = new TreeSet<>(BY_TICKET);
  final @Nullable TreeSet<Line>[] byLevel = newSets();
  private final int[] passes = new int[LEVELS];

  /** By priority; null where all are without a key, and where nobody waits. */
  private final @Nullable Turns[] turns = new Turns[LEVELS];

  /**
   * Permits that calls wait for which need this limit alone and no fair turn, so that they are
   * always parked here, in the order of their tickets.
   */
  private final long[] faithful = new long[LEVELS];

  private Gate(Slots slots) {
    this.slots = slots;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static @Nullable TreeSet<Line>[] newSets() {
    return new TreeSet[LEVELS];
  }

  static Gate of(Slots slots) {
    Gate gate = slots.gate;
    if (gate == null) {
      gate = new Gate(slots);
      slots.gate = gate;
    }
    return gate;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // written under the waiting room's lock only
  void addWaiting(int more) {
    waiting += more;
  }

  void addAwaitedHere(long cost) {
    awaitedHere += cost;
  }

  /** Notes that a line is parked at another gate, though its calls will pass here. */
  void addElsewhere(Line line) {
    if (elsewhere == null) {
      elsewhere = new LinkedHashSet<>();
    }
    elsewhere.add(line);
  }

  void removeElsewhere(Line line) {
    if (elsewhere != null) {
      elsewhere.remove(line);
    }
  }

  /**
   * Returns the permits that calls could make use of which wait: all that are kept only by this
   * limit. Of those that wait for another one it is one call, and one of those that insist, which
   * may wait for any: more than one cannot go before the other limit has permits, and that one must
   * find its permits here then.
   */
  long awaited() {
    return awaitedHere + costOfFirst(oldestInsistent()) + costOfFirst(firstElsewhere());
  }

  /** Returns the permits that the call takes which goes next, or the next of the others if more. */
  int dearest() {
    return Math.max(costOfFirst(first()), costOfFirst(firstElsewhere()));
  }

  private @Nullable Line oldestInsistent() {
    return insistent.isEmpty() ? null : insistent.first();
  }

  private @Nullable Line firstElsewhere() {
    return elsewhere == null || elsewhere.isEmpty() ? null : elsewhere.iterator().next();
  }

  private int costOfFirst(@Nullable Line line) {
    return line == null || line.first == null ? 0 : line.first.throttle.cost(line.indexOf(slots));
  }

  void addFaithful(int level, long cost) {
    faithful[level] += cost;
  }

  /** Returns the permits that surely go to others before a newcomer to a line gets any. */
  long surelyBefore(Line line) {
    boolean counted = line.slots.length == 1 && line.fairKey == null;
    long own = counted ? 0 : line.costs[line.indexOf(slots)];
    return line.fairKey == null ? own + faithful[line.level] : own;
  }

  // ---- pauses

  /** Grants nothing for so long; a shorter pause does not end a longer one. */
  void pause(TimeSource time, long nanos) {
    long before = pausedFor(time);
    paused = true;
    if (nanos == Nanos.FOR_EVER) {
      pausedForEver = true;
    } else if (nanos >= before) {
      pausedUntil = time.nanos() + nanos;
    }
  }

  void resume() {
    paused = false;
    pausedForEver = false;
  }

  /** Returns how long nothing is granted: zero if it is not paused, perhaps for ever. */
  long pausedFor(TimeSource time) {
    if (!paused || pausedForEver) {
      return paused ? Nanos.FOR_EVER : 0;
    }
    long left = pausedUntil - time.nanos();
    paused = left > 0;
    return Math.max(left, 0);
  }

  // ---- order

  boolean isEmpty() {
    return insistent.isEmpty() && nextLevel() < 0;
  }

  void add(Line line) {
    if (line.insistent) {
      insistent.add(line);
      return;
    }
    awaitedHere += line.costs[line.indexOf(slots)];
    if (line.fairKey != null && turns[line.level] == null) {
      turns[line.level] = new Turns();
    }
    line.turn = turnOf(line);
    TreeSet<Line> lines = byLevel[line.level];
    if (lines == null) {
      lines = new TreeSet<>(BY_TURN);
      byLevel[line.level] = lines;
    }
    lines.add(line);
  }

  void remove(Line line) {
    TreeSet<Line> lines = byLevel[line.level];
    if (line.insistent) {
      insistent.remove(line);
    } else if (lines != null) {
      awaitedHere -= line.costs[line.indexOf(slots)];
      lines.remove(line);
      if (lines.isEmpty()) {
        passes[line.level] = 0;
      }
    }
    for (int level = 0; level < LEVELS && insistent.isEmpty(); level++) {
      if (isEmpty(level)) {
        turns[level] = null;
      }
    }
  }

  /**
   * Lets a line's next call take the place of its first, which is about to go, if that changes no
   * order; returns false if the line must be removed and added again.
   */
  boolean advances(Line line) {
    TreeSet<Line> lines = byLevel[line.level];
    if (line.insistent || lines == null || lines.size() > 1) {
      return false;
    }
    line.turn = turnOf(line);
    return true;
  }

  /** Returns the first of the lines that are parked at this gate alone; null if there is none. */
  @Nullable Line firstToMove() {
    return firstOf(nextLevel());
  }

  /** Returns the line that goes first; null if none is parked here. */
  @Nullable Line first() {
    Line usual = firstToMove();
    if (insistent.isEmpty()) {
      return usual;
    }
    Line oldest = insistent.first();
    return usual != null && usual.ticket() < oldest.ticket() ? usual : oldest;
  }

  /** Returns whether a line that is not parked here, or not alone, would go first. */
  boolean lets(Line line, long ticket) {
    if (line.insistent) {
      return first() == line;
    }
    if (!insistent.isEmpty() && insistent.first().ticket() < ticket) {
      return false;
    }
    int next = nextLevel();
    Line other = firstOf(next);
    int own = line.level;
    if (other == null || other == line) {
      return true;
    }
    if (own != next) {
      return own > next && !isDue(next);
    }
    long turn = turnOf(line);
    return turn < other.turn || (turn == other.turn && ticket < other.ticket());
  }

  /** Returns zero if a call of a line may find room now, or in how long it may. */
  long lookAgainIn(TimeSource time, Line line, int cost) {
    long pausedFor = pausedFor(time);
    return pausedFor > 0 ? pausedFor : slots.lookAgainIn(cost, mayUseReserve(line));
  }

  /** Returns whether a call may take from the reserve. */
  boolean mayUseReserve(Line line) {
    return line.isHigh() || isDue(line.level);
  }

  /** Notes that a call has passed; the gate's order may be another now. */
  void granted(Line line, int cost) {
    int own = line.level;
    Turns fair = turns[own];
    if (fair != null) {
      long turn = line.parkedAt == this ? upToDate(line) : turnOf(line);
      TreeSet<Line> lines = byLevel[own];
      fair.granted(line.fairKey, turn, cost, lines == null ? 0 : lines.size());
    }
    passes[own] = 0;
    for (int lower = 0; lower < own; lower++) {
      if (!isEmpty(lower)) {
        passes[lower]++;
      }
    }
  }

  /** Returns how many keys' turns it remembers. */
  int turnsKept() {
    int kept = 0;
    for (Turns ofLevel : turns) {
      kept += ofLevel == null ? 0 : ofLevel.size();
    }
    return kept;
  }

  private boolean isEmpty(int level) {
    TreeSet<Line> lines = byLevel[level];
    return lines == null || lines.isEmpty();
  }

  private boolean isDue(int level) {
    return passes[level] >= MOST_PASSES;
  }

  /** Returns the priority that goes first, or below zero if nobody waits. */
  private int nextLevel() {
    int highest = -1;
    for (int level = 0; level < LEVELS; level++) {
      if (!isEmpty(level)) {
        if (isDue(level)) {
          return level;
        }
        highest = level;
      }
    }
    return highest;
  }

  /** Returns the first line of a priority, after its turn was brought up to date. */
  private @Nullable Line firstOf(int level) {
    TreeSet<Line> lines = level < 0 ? null : byLevel[level];
    if (lines == null || lines.isEmpty()) {
      return null;
    }
    Line first = lines.first();
    for (long turn = upToDate(first); turn != first.turn; turn = upToDate(first)) {
      lines.remove(first);
      first.turn = turn;
      lines.add(first);
      first = lines.first();
    }
    return first;
  }

  /** Returns the turn of a line that is parked here. */
  private long upToDate(Line line) {
    Turns fair = turns[line.level];
    return fair == null ? line.turn : fair.upToDate(line.fairKey, line.turn);
  }

  private long turnOf(Line line) {
    Turns fair = turns[line.level];
    return fair == null ? 0 : fair.of(line.fairKey);
  }
}
