package dev.throttle.demo;

import dev.throttle.demo.Errand.Endpoint;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls to make, which all clients take one after the other until none is left, when each was
 * taken. Safe for use by many threads.
 */
final class Errands {

  private static final Endpoint[] MIX = {
    Endpoint.PRODUCTS, Endpoint.ORDERS, Endpoint.STOCK, Endpoint.ORDERS, Endpoint.PRODUCTS,
    Endpoint.ORDERS, Endpoint.STOCK, Endpoint.PRODUCTS, Endpoint.ORDERS, Endpoint.STOCK
  };

  private final LongSupplier clock;
  private final AtomicLongArray askedNanos;
  private final AtomicInteger taken = new AtomicInteger();

  Errands(int count, LongSupplier clock) {
    this.clock = clock;
    this.askedNanos = new AtomicLongArray(count);
  }

  int count() {
    return askedNanos.length();
  }

  /** Returns the next call, or null if all were taken. */
  @Nullable Errand next() {
    int id = taken.getAndIncrement();
    if (id >= count()) {
      return null;
    }
    askedNanos.set(id, clock.getAsLong());
    return new Errand(id, MIX[id % MIX.length]);
  }

  /** Returns when this call was taken. */
  long askedNanos(int id) {
    return askedNanos.get(id);
  }
}
