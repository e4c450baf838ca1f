package dev.throttle.demo.spring;

import dev.throttle.demo.Passage;
import dev.throttle.demo.Shop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * Looks many times a second how many calls the shop has counted, and remembers when those of the
 * stranger were, who is in no log. What was counted between two looks is taken to be spread evenly
 * between them.
 */
@Component
final class ShopWatch implements AutoCloseable {

  private static final long EVERY_MILLIS = 10;

  private final Shop shop;
  private final List<Passage> stranger = new ArrayList<>();
  private final Deque<Look> lastPeriod = new ArrayDeque<>();
  private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
  private Look last;

  ShopWatch(Shop shop) {
    this.shop = shop;
    last = look();
    lastPeriod.add(last);
    watch.scheduleAtFixedRate(this::remember, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private record Look(long nanos, int ours, long stranger) {}

  /** How many calls the limit over everything counted. */
  record Counted(int ours, int stranger) {}

  /** Returns how many that were within its last period. */
  synchronized Counted inLastPeriod() {
    remember();
    Look first = lastPeriod.getFirst();
    return new Counted(last.ours - first.ours, (int) (last.stranger - first.stranger));
  }

  /** Returns the stranger's calls from an instant until now, as ones without a round trip. */
  synchronized List<Passage> strangerSince(long nanos) {
    remember();
    return stranger.stream().filter(call -> call.countedNanos() >= nanos).toList();
  }

  private synchronized void remember() {
    Look now = look();
    long more = now.stranger - last.stranger;
    for (int i = 1; i <= more; i++) {
      long counted = last.nanos + (now.nanos - last.nanos) * i / more;
      stranger.add(new Passage(Passage.AGAIN, counted, counted, counted, false));
    }
    last = now;
    lastPeriod.add(now);
    while (now.nanos - lastPeriod.getFirst().nanos > Shop.PERIOD.toNanos()) {
      lastPeriod.removeFirst();
    }
  }

  private Look look() {
    return new Look(shop.nanos(), shop.calls() - shop.refused(), shop.strangerCalls());
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }
}
