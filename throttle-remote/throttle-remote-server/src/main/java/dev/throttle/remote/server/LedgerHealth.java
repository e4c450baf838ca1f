package dev.throttle.remote.server;

import dev.throttle.remote.lease.ManagedLeaseStore;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Whether all ledgers can be asked. Everybody may ask for the health, so how it was is answered
 * again for two seconds.
 */
final class LedgerHealth extends AbstractHealthIndicator {

  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Ledgers ledgers;
  private final long patienceNanos;
  private Health last = Health.unknown().build();
  private long asked = System.nanoTime() - FRESH_NANOS;

  LedgerHealth(Ledgers ledgers, long patienceNanos) {
    super("The ledger cannot be asked.");
    this.ledgers = ledgers;
    this.patienceNanos = patienceNanos;
  }

  @Override
  protected synchronized void doHealthCheck(Health.Builder builder) throws Exception {
    if (System.nanoTime() - asked >= FRESH_NANOS) {
      last = look();
      asked = System.nanoTime();
    }
    builder.status(last.getStatus()).withDetails(last.getDetails());
  }

  private Health look() throws InterruptedException {
    for (Map.Entry<String, ManagedLeaseStore> each : ledgers.all().entrySet()) {
      try {
        each.getValue().snapshot().toCompletableFuture().get(patienceNanos, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        return Health.down().withDetail("namespace", each.getKey()).build();
      }
    }
    return Health.up().withDetail("namespaces", ledgers.all().size()).build();
  }
}
