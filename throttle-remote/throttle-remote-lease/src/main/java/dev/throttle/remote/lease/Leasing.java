package dev.throttle.remote.lease;

import dev.throttle.core.Bucket;
import dev.throttle.core.SharedBy;
import dev.throttle.core.Sharing;
import dev.throttle.core.TimeSource;
import dev.throttle.core.Unreachable;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

/**
 * Shares buckets by leases from the store of an address. Found by the core; see {@link
 * Bucket#shared} for its use.
 */
public final class Leasing implements Sharing {

  /** Makes one; for {@link ServiceLoader}. */
  public Leasing() {}

  @Override
  public Group open(SharedBy by, TimeSource time) {
    StoreAddress address =
        new StoreAddress(
            by.address(), by.clientId(), by.clientSecret(), by.namespace(), by.lease(), time);
    Duration refresh =
        SharedBuckets.checkedRefresh(
            by.refresh() == null ? SharedBuckets.DEFAULT_REFRESH : by.refresh());
    checkShares(by, refresh);
    SharedBuckets.Builder builder =
        SharedBuckets.of(Circuit.around(open(address), refresh, time))
            .timeSource(time)
            .refresh(refresh);
    if (by.whenUnreachable() != null) {
      builder.whenUnreachable(by.whenUnreachable());
    }
    if (by.maxCall() != null) {
      builder.maxCall(by.maxCall());
    }
    return new Shared(builder.start());
  }

  private static void checkShares(SharedBy by, Duration refresh) {
    Unreachable policy = by.whenUnreachable();
    Duration lease = by.lease();
    if (policy != null
        && lease != null
        && !Alone.isSafe(policy, refresh.toNanos(), lease.toNanos())) {
      throw new IllegalArgumentException(
          "the policy SHARE needs leases that are renewed eight times in their length, but they are "
              + lease
              + " long and are renewed each "
              + refresh
              + ". Set refresh to "
              + lease.dividedBy(Alone.PER_LEASE)
              + " at most, or longer leases in all JVMs.");
    }
  }

  private record Shared(SharedBuckets buckets) implements Group {

    @Override
    public void add(Bucket bucket) {
      buckets.share(bucket);
    }

    @Override
    public void close() {
      buckets.closeWithStore();
    }
  }

  private static LeaseStore open(StoreAddress address) {
    Set<String> known = new TreeSet<>();
    for (LeaseStoreFactory factory :
        ServiceLoader.load(LeaseStoreFactory.class, LeaseStoreFactory.class.getClassLoader())) {
      if (factory.schemes().contains(address.scheme())) {
        return factory.open(address);
      }
      known.addAll(factory.schemes());
    }
    throw new IllegalArgumentException(
        "no module on the class path knows the store "
            + address.withoutSecrets()
            + "; those that are there know "
            + known
            + ". Add dev.throttle:throttle-remote-redis for redis://, or"
            + " dev.throttle:throttle-remote-http for https://.");
  }
}
