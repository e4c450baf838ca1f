package dev.throttle.demo;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Makes all calls through all clients: each takes a new one whenever one of its own is done. */
public final class Load {

  private final Shop shop;
  private final Errands errands;
  private final Runnable step;
  private final CountDownLatch open;
  private final AtomicReferenceArray<Client> callers;
  private final ConcurrentHashMap<Client, LongAdder> failed = new ConcurrentHashMap<>();

  /**
   * Makes a load of so many calls.
   *
   * @param step is run after each
   */
  public Load(Shop shop, int calls, Runnable step) {
    this.shop = shop;
    this.errands = new Errands(calls, shop::nanos);
    this.step = step;
    this.open = new CountDownLatch(calls);
    this.callers = new AtomicReferenceArray<>(calls);
  }

  /**
   * Returns what came of it, when the last call is done.
   *
   * @param rise the time in which the clients get to have as many calls open as they want, one
   *     after the other, when each has made a first one alone; zero to begin with all at once
   */
  public Half run(List<Client> clients, Duration rise) throws InterruptedException {
    try (BlockedThreads blocked = new BlockedThreads()) {
      if (!rise.isZero()) {
        clients.forEach(this::makeFirst);
      }
      for (Client client : clients) {
        for (int i = 0; i < client.atOnce(); i++) {
          Duration later = rise.multipliedBy(i).dividedBy(client.atOnce());
          CompletableFuture.delayedExecutor(later.toNanos(), TimeUnit.NANOSECONDS)
              .execute(() -> goOn(client));
        }
      }
      open.await();
      int allFailed = failed.values().stream().mapToInt(LongAdder::intValue).sum();
      return new Half(shop.passages(errands, id -> true), allFailed, blocked.most());
    }
  }

  /** Returns what came of the calls that this client made of those that are done. */
  public Half of(Client client) {
    LongAdder ofClient = failed.get(client);
    return new Half(
        shop.passages(errands, id -> Objects.equals(callers.get(id), client)),
        ofClient == null ? 0 : ofClient.intValue(),
        0);
  }

  /** It loads classes, opens a connection, and hears of the limits. */
  private void makeFirst(Client client) {
    Errand errand = errands.next();
    if (errand != null) {
      make(client, errand).join();
    }
  }

  private void goOn(Client client) {
    Errand errand = errands.next();
    if (errand != null) {
      make(client, errand).thenRun(() -> goOn(client));
    }
  }

  private CompletableFuture<?> make(Client client, Errand errand) {
    callers.set(errand.id(), client);
    return call(client, errand)
        .handleAsync((answer, failure) -> done(client, failure))
        .toCompletableFuture();
  }

  private static CompletionStage<?> call(Client client, Errand errand) {
    try {
      return client.call(errand);
    } catch (RuntimeException failure) {
      return CompletableFuture.failedStage(failure);
    }
  }

  private @Nullable Void done(Client client, @Nullable Throwable failure) {
    if (failure != null) {
      failed.computeIfAbsent(client, made -> new LongAdder()).increment();
    }
    step.run();
    open.countDown();
    return null;
  }
}
