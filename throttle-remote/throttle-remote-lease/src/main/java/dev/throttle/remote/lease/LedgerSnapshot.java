package dev.throttle.remote.lease;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * What a ledger knew at one instant.
 *
 * @param epoch names its life
 * @param limits by name
 */
public record LedgerSnapshot(String epoch, List<OfLimit> limits) {

  public LedgerSnapshot {
    limits = limits.stream().sorted(Comparator.comparing(OfLimit::name)).toList();
  }

  /**
   * One limit.
   *
   * @param name its name
   * @param limit the limit
   * @param pausedFor how long nothing is granted; zero if it is not paused
   * @param learnsFor how long it still learns: lends nobody more than he holds
   * @param shares of all instances that hold something or have a lease, by name
   */
  public record OfLimit(
      String name, SharedLimit limit, Duration pausedFor, Duration learnsFor, List<Share> shares) {

    public OfLimit {
      shares = shares.stream().sorted(Comparator.comparing(Share::instance)).toList();
    }
  }

  /**
   * What one instance has of a limit.
   *
   * @param instance its name
   * @param held slots that it has or may have in use
   * @param use what it said last
   * @param leaseEndsIn when its lease ends; zero if it has none, as who crashed, hangs, or left
   */
  public record Share(String instance, int held, LeaseRequest.Use use, Duration leaseEndsIn) {}
}
