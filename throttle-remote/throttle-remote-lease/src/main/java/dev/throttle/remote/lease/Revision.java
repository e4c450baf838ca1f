package dev.throttle.remote.lease;

/**
 * Whose word a limit is, as one number: the higher goes before.
 *
 * <p>Instances and ledger say it with each limit. {@value #OWN} is said by an instance that was not
 * answered yet about a limit, and goes by its own definition; {@value #DEFINED} is a limit as
 * instances define it; all above is the word of an operator, later ones higher.
 *
 * <h2>Definitions</h2>
 *
 * What is deployed last should count, and all should go by the same. A ledger cannot know which of
 * two definitions is newer, but who comes with it: versions of a program are started one after
 * another. So the definition of a newcomer replaces that of the instances before, which follow with
 * their next answer. It does so once, when the ledger first hears of it: if the answer is lost, it
 * asks again, and must not replace what one that was started later has said meanwhile. Whoever was
 * answered goes by what he was told, and so never brings back what was replaced.
 *
 * <p>While a deployment replaces instances one by one, the last that was started counts, also if it
 * is one of the old version that was started again. In the end that is one of the new version. Who
 * goes by another limit than it defines says so in its log.
 *
 * <h2>Operators</h2>
 *
 * What an operator says goes before all definitions, until another word; or until a deployment
 * makes of a limit of concurrency one that is not, or the reverse, since the word was about what
 * there is no more, and no operator can change one into the other. It must outlive the ledger: the
 * instances that were told it tell it to the next one, or to a replica which has only heard an
 * earlier word. So each word is later than all before it, also those of a ledger that was lost and
 * is not known any more: it is the ledger's time in microseconds, or one more than the word before
 * where that is higher.
 */
final class Revision {

  /** Of an instance that goes by its own definition, since it was not answered yet. */
  static final long OWN = 0;

  /** Of a limit as instances define it. */
  static final long DEFINED = 1;

  private Revision() {}

  /** Returns whether it is the word of an operator. */
  static boolean isOfOperator(long revision) {
    return revision > DEFINED;
  }

  /** Returns that of an operator's word that comes after another. */
  static long after(long revision, long nowNanos) {
    long micros = Math.floorDiv(nowNanos, 1_000L);
    return Math.min(Math.max(revision + 1, micros), Checks.MOST);
  }
}
