package dev.throttle.remote.lease;

import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A ledger in a store that reads it, has it changed, and writes it back, with nobody else between:
 * what such a store keeps.
 *
 * <pre>{@code
 * LedgerDocument document =
 *     stored == null ? LedgerDocument.begin(life, clock, true) : stored.reopened(life, clock);
 * Ledger ledger = Ledger.of(document.state());
 * LeaseAnswer answer = ledger.renew(request, length, document.seen());
 * stored = document.with(ledger.state());
 * }</pre>
 *
 * <p>The time of the ledger never goes back, also where the clock of the store does. While that is
 * behind, it goes on by what the clock goes on from one opening to the next, a second at most: so
 * crashed instances lose their slots and pauses end, also if the clock was set back for good. As
 * soon as the clock is where the ledger is, it counts again. So that it is put right is no jump:
 * meanwhile the ledger has not gone further than the right clock would have. Where it is put right
 * in several steps, or not quite, the ledger jumps ahead by a second at most for each.
 *
 * @param life names what it depends on whether the store has all that it was told, such as one run
 *     of a server that writes nothing to disk; empty if the store does not know
 * @param seen what time it was for the ledger when it was last opened
 * @param ahead by how much that was ahead of the clock of the store, because it was set back; in
 *     nanoseconds
 * @param state what the ledger knows
 */
public record LedgerDocument(String life, long seen, long ahead, LedgerState state) {

  private static final long MOST_AT_ONCE = Duration.ofSeconds(1).toNanos();

  public LedgerDocument {
    Objects.requireNonNull(life, "life must not be null.");
    Checks.count("ahead", ahead);
    Objects.requireNonNull(state, "state must not be null.");
  }

  /**
   * Returns a ledger that knows of no instance.
   *
   * @param life null if the store does not know
   * @param clock what time it is, in nanoseconds
   * @param learns whether there was another one before, which was lost
   */
  public static LedgerDocument begin(@Nullable String life, long clock, boolean learns) {
    return new LedgerDocument(
        life == null ? "" : life, clock, 0, Ledger.begin(newEpoch(), learns, clock).state());
  }

  /**
   * Returns this as it is now. In another life it may be older than what was lent last, and so it
   * is another epoch, in which nobody is lent more than he holds until that is surely free.
   *
   * @param life null if the store does not know, or this user may not ask it; then it is taken for
   *     the same
   * @param clock what time it is, in nanoseconds
   */
  public LedgerDocument reopened(@Nullable String life, long clock) {
    long now = clock - seen >= 0 ? clock : seen + passed(clock - (seen - ahead));
    long nowAhead = now - clock;
    return life == null || life.equals(this.life)
        ? new LedgerDocument(this.life, now, nowAhead, state)
        : new LedgerDocument(life, now, nowAhead, state.learning(newEpoch(), now));
  }

  /** Returns how much time is taken to have passed where a clock that is behind went on by that. */
  private static long passed(long nanos) {
    return Math.max(0, Math.min(nanos, MOST_AT_ONCE));
  }

  /** Returns this with what has become of the state. */
  public LedgerDocument with(LedgerState changed) {
    return new LedgerDocument(life, seen, ahead, changed);
  }

  private static String newEpoch() {
    return UUID.randomUUID().toString();
  }
}
