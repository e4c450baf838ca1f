package dev.throttle.remote.lease.contract;

import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LeaseStore;
import dev.throttle.remote.lease.SharedLimit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An instance that says what a test wants it to say. */
final class Client {

  /** How long its calls take. */
  static final Duration CALL = Duration.ofSeconds(5);

  private final LeaseStore store;
  private final String name;
  private long number;
  private String epoch = "";

  Client(LeaseStore store, String name) {
    this.store = store;
    this.name = name;
  }

  /** The same instance, which asks another store from now on. */
  Client movedTo(LeaseStore other) {
    Client moved = new Client(other, name);
    moved.number = number;
    moved.epoch = epoch;
    return moved;
  }

  LeaseRequest request(boolean leaving, LeaseRequest.Account... accounts) {
    return request(false, leaving, accounts);
  }

  LeaseRequest request(boolean alone, boolean leaving, LeaseRequest.Account... accounts) {
    return new LeaseRequest(name, ++number, epoch, List.of(accounts), alone, leaving);
  }

  LeaseAnswer send(LeaseRequest request) {
    LeaseAnswer answer =
        store.renew(request).toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    epoch = answer.epoch();
    return answer;
  }

  LeaseAnswer renew(LeaseRequest.Account... accounts) {
    return send(request(false, accounts));
  }

  LeaseAnswer leave(LeaseRequest.Account... accounts) {
    return send(request(true, accounts));
  }

  /** Says as the last answer did what the limit "api" is, and returns what it is told of it. */
  LeaseAnswer.Lease goingOnWith(LeaseAnswer.Lease last) {
    return renew(told(last.limit(), last.revision(), last.slots(), last.slots())).leases().get(0);
  }

  /** Defines the limit "api", as one that was not answered yet, and returns what it is told. */
  LeaseAnswer.Lease defining(SharedLimit limit) {
    return renew(account(limit, 0, 1)).leases().get(0);
  }

  /** Asks for slots of the limit "api", and returns how many it was lent. */
  int slots(SharedLimit limit, int held, int wanted) {
    return renew(account(limit, held, wanted)).leases().get(0).slots();
  }

  static LeaseRequest.Account account(SharedLimit limit, int held, int wanted) {
    return account("api", limit, held, wanted, Duration.ZERO);
  }

  static LeaseRequest.Account account(
      String name, SharedLimit limit, int held, int wanted, Duration pause) {
    return new LeaseRequest.Account(name, limit, 0, CALL, held, wanting(wanted, 1), pause);
  }

  /** The same of a limit that is the word of somebody. */
  static LeaseRequest.Account told(SharedLimit limit, long revision, int held, int wanted) {
    return new LeaseRequest.Account(
        "api", limit, revision, CALL, held, wanting(wanted, 1), Duration.ZERO);
  }

  static LeaseRequest.Use wanting(int slots, int dearest) {
    return new LeaseRequest.Use(0, 0, slots, dearest);
  }
}
