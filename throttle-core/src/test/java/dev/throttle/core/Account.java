package dev.throttle.core;

import dev.throttle.annotation.Priority;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The record of one bucket of a {@link MixedHistory}, whatever objects stood for it. */
final class Account {

  /** Grants to higher priorities after which a lower one is next. */
  static final int MOST_PASSES = 16;

  private static final int LEVELS = Priority.values().length;

  final String name;
  final @Nullable Object key;
  final int maxQueue;
  final List<Ledger> ledgers;

  /** Zero where it is not paused. */
  long pausedUntil;

  /**
   * The grants to higher priorities since the last one to each: at most, where somebody of that
   * priority has waited who passes here; and at least, where he can have waited nowhere else.
   */
  final int[] passesAtMost = new int[LEVELS];

  final int[] passesAtLeast = new int[LEVELS];

  Account(String name, @Nullable Object key, List<Limit> limits, int maxQueue, FakeTime time) {
    this.name = name;
    this.key = key;
    this.maxQueue = maxQueue;
    this.ledgers = limits.stream().map(limit -> new Ledger(time, limit)).toList();
  }

  /** Returns the record of a bucket that begins now, and has the same limits. */
  Account anew(FakeTime time) {
    return new Account(name, key, limits(), maxQueue, time);
  }

  List<Limit> limits() {
    return ledgers.stream().map(Ledger::limit).toList();
  }

  void pause(long now, long nanos) {
    pausedUntil = Math.max(pausedUntil, Nanos.add(now, nanos));
  }

  String inFull() {
    StringBuilder all = new StringBuilder(toString());
    for (Limit limit : limits()) {
      all.append("\n    ").append(limit).append(" reserve ").append(limit.reserve());
      all.append(" guard ").append(limit.guard()).append(" maxHold ").append(limit.maxHold());
      all.append(" countedWithin ").append(limit.countedWithin());
    }
    return all.toString();
  }

  boolean mayBeDue(int level) {
    return passesAtMost[level] >= MOST_PASSES;
  }

  static String id(String name, @Nullable Object key) {
    return name + (key == null ? "" : "/" + Objects.toString(key));
  }

  @Override
  public String toString() {
    return id(name, key);
  }
}
