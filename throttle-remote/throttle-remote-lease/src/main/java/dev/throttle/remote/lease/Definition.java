package dev.throttle.remote.lease;

/**
 * What this instance defines a limit to be, and what people should be told where something else
 * counts, or should but cannot be followed.
 */
final class Definition {

  private final String name;
  private final SharedLimit defined;
  private String told = "";

  Definition(String name, SharedLimit defined) {
    this.name = name;
    this.defined = defined;
  }

  /**
   * Returns what people should be told of what the ledger says; empty if there is nothing new.
   *
   * @param goesBy what the bucket could make of that
   */
  String news(LeaseAnswer.Lease lease, SharedLimit goesBy) {
    String differs = differs(lease, goesBy);
    boolean known = differs.equals(told);
    told = differs;
    return known ? "" : differs;
  }

  private String differs(LeaseAnswer.Lease lease, SharedLimit goesBy) {
    if (!goesBy.isAbout(lease.limit())) {
      return "Limit '"
          + name
          + "' should be "
          + lease.limit().inWords()
          + " as the ledger says, but goes by "
          + goesBy.inWords()
          + " here: the length of fixed windows, and whether slots rest at all, cannot change while"
          + " it runs. Fix: define it so in the code of all instances, or change it back at the"
          + " ledger.";
    }
    if (!defined.isAbout(lease.limit())) {
      return "Limit '"
          + name
          + "' is defined here as "
          + defined.inWords()
          + ", but what counts is "
          + lease.limit().inWords()
          + (Revision.isOfOperator(lease.revision())
              ? ": an operator has said so. Fix: define it so here, or change it at the ledger."
              : ": an instance that was started later defines it so. Fix: define it the same in all"
                  + " instances.");
    }
    return "";
  }
}
