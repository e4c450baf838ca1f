package dev.throttle.remote.server;

import dev.throttle.annotation.ThrottleKey;
import dev.throttle.remote.http.V1;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LedgerSnapshot;
import dev.throttle.remote.lease.ManagedLeaseStore;
import dev.throttle.remote.lease.SharedLimit;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The ledger of who asks, by REST. Who may call what is said in {@link Security}.
 *
 * <p>Each client has its own limit here, and there is one for all; who is above one is refused.
 */
@RestController
class V1Controller {

  private static final Logger LOG = LoggerFactory.getLogger(V1Controller.class);
  private static final int LONGEST_NAME = 200;

  /** Between an instance's own name and the client's whose it is, which has no such letter. */
  private static final char SLASH = '/';

  private final Ledgers ledgers;
  private final Room room;
  private final Audit audit;
  private final int mostAccounts;

  V1Controller(Ledgers ledgers, Audit audit, Settings settings) {
    this.ledgers = ledgers;
    this.audit = audit;
    this.room = new Room(settings);
    this.mostAccounts = settings.maxAccounts();
  }

  @PostMapping(path = V1.LEASES, consumes = MediaType.APPLICATION_JSON_VALUE)
  @Limited
  CompletableFuture<V1.Answer> renew(
      @AuthenticationPrincipal @ThrottleKey(value = "id", buckets = "server/client") Client client,
      @RequestBody V1.Renewal renewal) {
    ManagedLeaseStore ledger = ledgers.of(client);
    LeaseRequest request = understood(() -> requestOf(client, renewal));
    Function<String, ErrorResponseException> stale =
        why ->
            Problems.of(
                HttpStatus.CONFLICT,
                V1.STALE_REQUEST,
                why.replace("'" + request.instance() + "'", "'" + renewal.instance() + "'"));
    return room.admit(client.namespace(), request, () -> snapshot(ledger))
        .thenCompose(admitted -> asked(stale, () -> ledger.renew(request)))
        .thenApply(
            answer -> {
              room.renewed(client.namespace(), request);
              return V1.Answer.of(answer);
            })
        .toCompletableFuture();
  }

  private LeaseRequest requestOf(Client client, V1.Renewal renewal) {
    if (renewal.accounts().size() > mostAccounts) {
      throw new IllegalArgumentException(
          "a request may name "
              + mostAccounts
              + " limits, but this one names "
              + renewal.accounts().size()
              + ".");
    }
    checkName("instance", renewal.instance());
    if (!renewal.epoch().isEmpty()) {
      checkName("epoch", renewal.epoch());
    }
    renewal.accounts().forEach(account -> checkName("limit's name", account.name()));
    return renewal.request(client.nameOf(renewal.instance()));
  }

  @GetMapping(V1.LEDGER)
  @Limited
  CompletableFuture<V1.Ledger> ledger(
      @AuthenticationPrincipal @ThrottleKey(value = "id", buckets = "server/client")
          Client client) {
    return snapshot(ledgers.of(client))
        .thenApply(snapshot -> V1.Ledger.of(client.namespace(), snapshot, V1Controller::named));
  }

  /** Who uses the ledger without this server is no client's. */
  private static V1.Named named(String inLedger) {
    int slash = inLedger.indexOf(SLASH);
    return new V1.Named(inLedger.substring(0, Math.max(0, slash)), inLedger.substring(slash + 1));
  }

  @PutMapping(path = V1.LIMITS, consumes = MediaType.APPLICATION_JSON_VALUE)
  @Limited
  CompletableFuture<ResponseEntity<Void>> change(
      @AuthenticationPrincipal @ThrottleKey(value = "id", buckets = "server/client") Client client,
      @RequestParam String name,
      @RequestBody V1.Limit limit) {
    ManagedLeaseStore ledger = ledgers.of(client);
    SharedLimit changed = understood(limit::limit);
    return done(
        ledger,
        name,
        () -> ledger.change(name, changed),
        before -> audit.changed(client, name, before == null ? null : before.limit(), changed));
  }

  @PutMapping(path = V1.PAUSES, consumes = MediaType.APPLICATION_JSON_VALUE)
  @Limited
  CompletableFuture<ResponseEntity<Void>> pause(
      @AuthenticationPrincipal @ThrottleKey(value = "id", buckets = "server/client") Client client,
      @RequestParam String name,
      @RequestBody V1.Pause pause) {
    return paused(client, name, understood(pause::duration));
  }

  @DeleteMapping(V1.PAUSES)
  @Limited
  CompletableFuture<ResponseEntity<Void>> resume(
      @AuthenticationPrincipal @ThrottleKey(value = "id", buckets = "server/client") Client client,
      @RequestParam String name) {
    return paused(client, name, Duration.ZERO);
  }

  private CompletableFuture<ResponseEntity<Void>> paused(
      Client client, String name, Duration pause) {
    ManagedLeaseStore ledger = ledgers.of(client);
    return done(
        ledger,
        name,
        () -> ledger.pause(name, pause),
        before -> audit.paused(client, name, before == null ? null : before.pausedFor(), pause));
  }

  /** Does something to a limit, and tells how it was just before. */
  private static CompletableFuture<ResponseEntity<Void>> done(
      ManagedLeaseStore ledger,
      String name,
      Supplier<CompletionStage<Void>> doing,
      Consumer<LedgerSnapshot.@Nullable OfLimit> told) {
    return snapshot(ledger)
        .thenCompose(
            before -> {
              LedgerSnapshot.OfLimit limit = find(before, name);
              Function<String, ErrorResponseException> refused =
                  why ->
                      limit == null
                          ? Problems.of(HttpStatus.NOT_FOUND, V1.UNKNOWN_LIMIT, why)
                          : senseless(why);
              return asked(refused, doing).thenAccept(done -> told.accept(limit));
            })
        .thenApply(done -> ResponseEntity.noContent().build());
  }

  private static CompletableFuture<LedgerSnapshot> snapshot(ManagedLeaseStore ledger) {
    return asked(V1Controller::senseless, ledger::snapshot);
  }

  private static LedgerSnapshot.@Nullable OfLimit find(LedgerSnapshot ledger, String name) {
    return ledger.limits().stream().filter(of -> of.name().equals(name)).findFirst().orElse(null);
  }

  // ---- what goes wrong

  private static void checkName(String what, String name) {
    if (name.isBlank()
        || name.length() > LONGEST_NAME
        || !name.codePoints().allMatch(Audit::isPlain)) {
      throw new IllegalArgumentException(
          what + " must be 1 to " + LONGEST_NAME + " characters, without control characters.");
    }
  }

  /** Returns what was said, or throws the problem that it makes no sense. */
  private static <T> T understood(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException | NullPointerException e) {
      throw senseless(String.valueOf(e.getMessage()));
    }
  }

  private static ErrorResponseException senseless(String why) {
    return Problems.of(HttpStatus.BAD_REQUEST, V1.BAD_REQUEST, why);
  }

  /**
   * Asks a ledger, and nothing else: what fails here is the ledger's.
   *
   * @param refusal the problem where it says that this makes no sense, and why
   */
  private static <T> CompletableFuture<T> asked(
      Function<String, ErrorResponseException> refusal, Supplier<CompletionStage<T>> asking) {
    CompletionStage<T> asked;
    try {
      asked = asking.get();
    } catch (RuntimeException e) {
      asked = CompletableFuture.failedFuture(e);
    }
    return asked
        .toCompletableFuture()
        .exceptionally(
            failure -> {
              Throwable root =
                  failure instanceof CompletionException ? failure.getCause() : failure;
              if (root instanceof IllegalArgumentException) {
                throw refusal.apply(String.valueOf(root.getMessage()));
              }
              LOG.warn("The ledger could not be asked: {}", String.valueOf(root));
              throw Problems.of(
                  HttpStatus.SERVICE_UNAVAILABLE,
                  "urn:throttle:ledger-unreachable",
                  "the ledger cannot be reached now: leases go on until they end. Ask again.");
            });
  }
}
