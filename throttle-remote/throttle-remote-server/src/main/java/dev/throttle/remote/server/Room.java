package dev.throttle.remote.server;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LedgerSnapshot;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;

/**
 * Bounds how many instances and limits a namespace has, so that none can fill the memory of all.
 *
 * <p>Who comes with a name that was not seen lately is let in by what the ledger knows. So the
 * bounds hold for several servers of one ledger too, except for those that come at the same time.
 */
final class Room {

  private final int mostInstances;
  private final int mostLimits;
  private final Cache<Name, Boolean> seen =
      Caffeine.newBuilder().maximumSize(100_000).expireAfterAccess(Duration.ofMinutes(1)).build();

  Room(int mostInstances, int mostLimits) {
    this.mostInstances = mostInstances;
    this.mostLimits = mostLimits;
  }

  private record Name(String namespace, boolean isInstance, String name) {}

  /** Lets a request pass, or fails with a problem. Never blocks. */
  CompletionStage<Void> admit(
      String namespace, LeaseRequest request, Supplier<CompletionStage<LedgerSnapshot>> ledger) {
    List<Name> names =
        Stream.concat(
                Stream.of(new Name(namespace, true, request.instance())),
                request.accounts().stream().map(of -> new Name(namespace, false, of.name())))
            .toList();
    if (names.stream().allMatch(name -> seen.getIfPresent(name) != null)) {
      return CompletableFuture.completedFuture(null);
    }
    return ledger
        .get()
        .thenAccept(
            snapshot -> {
              check(request, snapshot);
              if (!request.accounts().isEmpty() && !request.leaving()) { // else it is soon unknown
                names.forEach(name -> seen.put(name, true));
              }
            });
  }

  private void check(LeaseRequest request, LedgerSnapshot snapshot) {
    Set<String> limits = new HashSet<>();
    Set<String> instances = new HashSet<>();
    for (LedgerSnapshot.OfLimit limit : snapshot.limits()) {
      limits.add(limit.name());
      limit.shares().forEach(share -> instances.add(share.instance()));
    }
    if (instances.add(request.instance()) && instances.size() > mostInstances) {
      throw full("instances", mostInstances, "max-instances");
    }
    boolean newLimits = false;
    for (LeaseRequest.Account account : request.accounts()) {
      newLimits |= limits.add(account.name());
    }
    if (newLimits && limits.size() > mostLimits) {
      throw full("limits", mostLimits, "max-limits");
    }
  }

  private static RuntimeException full(String what, int most, String property) {
    return Problems.of(
        HttpStatus.FORBIDDEN,
        "urn:throttle:full",
        "the namespace has "
            + most
            + " "
            + what
            + " already. Fix: use fewer, or set throttle.server."
            + property
            + ".");
  }
}
