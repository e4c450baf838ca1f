package dev.throttle.remote.server;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LedgerSnapshot;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;

/**
 * Bounds how many instances and limits a namespace has, so that none can fill the memory of all;
 * and how many holdings, which are limits of instances, since each request takes the longer the
 * more there are.
 *
 * <p>Who has left, or is gone, and holds nothing does not count: he is in the ledger only until it
 * is sure that his last call is complete. But as all that is in the ledger takes memory and time,
 * there is twice as much of it as may count at most.
 *
 * <p>Who comes with a name that was not seen within the length of a lease, when the ledger surely
 * knew it, is let in by what the ledger knows now. So the bounds hold for several servers of one
 * ledger too, except for those that come at the same time.
 */
final class Room {

  private static final int MOST_SEEN = 100_000;

  private final int mostInstances;
  private final int mostLimits;
  private final int mostHoldings;

  /** Which limits an instance has named with its last request. */
  private final Cache<Name, Set<String>> seen;

  Room(Settings settings) {
    this.mostInstances = settings.maxInstances();
    this.mostLimits = settings.maxLimits();
    this.mostHoldings = settings.maxHoldings();
    this.seen =
        Caffeine.newBuilder()
            .maximumWeight(MOST_SEEN)
            .weigher((Name instance, Set<String> limits) -> 1 + limits.size())
            .expireAfterWrite(settings.leaseLength())
            .build();
  }

  private record Name(String namespace, String instance) {

    static Name of(String namespace, LeaseRequest request) {
      return new Name(namespace, request.instance());
    }
  }

  private static Set<String> limits(LeaseRequest request) {
    return request.accounts().stream()
        .map(LeaseRequest.Account::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Lets a request pass, or fails with a problem. Never blocks. */
  CompletionStage<Void> admit(
      String namespace, LeaseRequest request, Supplier<CompletionStage<LedgerSnapshot>> ledger) {
    Set<String> known = seen.getIfPresent(Name.of(namespace, request));
    return known != null && known.containsAll(limits(request))
        ? CompletableFuture.completedFuture(null)
        : ledger.get().thenAccept(snapshot -> check(request, snapshot));
  }

  /** Notes that the ledger knows now what a request has named. */
  void renewed(String namespace, LeaseRequest request) {
    Name name = Name.of(namespace, request);
    if (request.accounts().isEmpty() || request.leaving()) { // it is soon unknown
      seen.invalidate(name);
    } else {
      seen.put(name, limits(request));
    }
  }

  /** Returns how many instances are seen now. */
  long seen() {
    seen.cleanUp();
    return seen.estimatedSize();
  }

  private void check(LeaseRequest request, LedgerSnapshot snapshot) {
    Set<String> limits = new HashSet<>();
    Set<String> instances = new HashSet<>();
    Set<String> unheld = new HashSet<>(limits(request));
    long holdings = 0;
    long left = 0;
    for (LedgerSnapshot.OfLimit limit : snapshot.limits()) {
      limits.add(limit.name());
      for (LedgerSnapshot.Share share : limit.shares()) {
        boolean isOwn = share.instance().equals(request.instance());
        if (isOwn) {
          unheld.remove(limit.name());
        }
        if (isOwn || share.held() > 0 || !share.leaseEndsIn().isZero()) {
          holdings++;
          instances.add(share.instance());
        } else {
          left++;
        }
      }
    }
    if (instances.add(request.instance()) && instances.size() > mostInstances) {
      throw full(mostInstances + " instances", "use fewer", "max-instances");
    }
    if (limits.addAll(unheld) && limits.size() > mostLimits) {
      throw full(mostLimits + " limits", "use fewer", "max-limits");
    }
    if (!unheld.isEmpty() && holdings + unheld.size() > mostHoldings) {
      throw full(
          mostHoldings + " holdings, which are the limits of each instance, summed up,",
          "have each instance share fewer limits",
          "max-holdings");
    }
    if (!unheld.isEmpty() && holdings + left + unheld.size() > 2L * mostHoldings) {
      throw full(
          2L * mostHoldings + " holdings, with those of instances that have left,",
          "give instances names that they keep, or a shorter maxCall",
          "max-holdings");
    }
  }

  private static RuntimeException full(String what, String fix, String property) {
    return Problems.of(
        HttpStatus.FORBIDDEN,
        "urn:throttle:full",
        "the namespace has "
            + what
            + " already. Fix: "
            + fix
            + ", or set throttle.server."
            + property
            + ".");
  }
}
