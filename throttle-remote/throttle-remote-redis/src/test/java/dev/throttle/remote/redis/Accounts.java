package dev.throttle.remote.redis;

import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.SharedLimit;
import java.time.Duration;

/** What instances of tests say of a limit. */
final class Accounts {

  static final Duration MAX_CALL = Duration.ofSeconds(5);

  private Accounts() {}

  static LeaseRequest.Account account(String name, SharedLimit limit, int held, int wanted) {
    LeaseRequest.Use use = new LeaseRequest.Use(held, 0, wanted, 1);
    return new LeaseRequest.Account(name, limit, 0, MAX_CALL, held, use, Duration.ZERO);
  }
}
