package dev.throttle.demo;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import me.tongfei.progressbar.ProgressBar;

/** Makes all calls through all clients: each takes a new one whenever one of its own is done. */
final class Load {

  private final Shop shop;
  private final Errands errands;
  private final ProgressBar bar;
  private final CountDownLatch open;
  private final AtomicInteger failed = new AtomicInteger();

  Load(Shop shop, int calls, ProgressBar bar) {
    this.shop = shop;
    this.errands = new Errands(calls, shop::nanos);
    this.bar = bar;
    this.open = new CountDownLatch(calls);
  }

  /** Returns what came of it, when the last call is done. */
  Half run(List<Client> clients) throws InterruptedException {
    try (BlockedThreads blocked = new BlockedThreads()) {
      for (Client client : clients) {
        for (int i = 0; i < client.atOnce(); i++) {
          next(client);
        }
      }
      open.await();
      return new Half(shop.passages(errands), failed.get(), blocked.most());
    }
  }

  private void next(Client client) {
    Errand errand = errands.next();
    if (errand != null) {
      client.call(errand).whenCompleteAsync((answer, failure) -> goOn(client, failure != null));
    }
  }

  private void goOn(Client client, boolean isFailure) {
    if (isFailure) {
      failed.incrementAndGet();
    }
    bar.step();
    open.countDown();
    next(client);
  }
}
