package dev.throttle.core;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done after the waiting room's lock is released: events, and telling those whose
 * wait has ended. Guarded by that lock.
 */
final class Aftermath {

  /** Those whom this thread has yet to tell, while it is telling. */
  private static final ThreadLocal<@Nullable ArrayDeque<Waiter>> TELLING = new ThreadLocal<>();

  private final ReentrantLock lock;
  private final ArrayDeque<Waiter> ended = new ArrayDeque<>();

  /** Done before the waiters are told. */
  private final ArrayDeque<Runnable> events = new ArrayDeque<>(0);

  Aftermath(ReentrantLock lock) {
    this.lock = lock;
  }

  void add(Waiter granted) {
    ended.add(granted);
  }

  void add(Runnable event) {
    events.add(event);
  }

  /** Releases the lock and does it. */
  void releaseLock() {
    if (ended.isEmpty() && events.isEmpty()) {
      lock.unlock();
      return;
    }
    Runnable[] todo = events.toArray(new Runnable[0]);
    events.clear();
    Waiter[] ready = ended.toArray(new Waiter[0]);
    ended.clear();
    lock.unlock();
    for (Runnable event : todo) {
      event.run();
    }
    tell(ready);
  }

  /** Tells one after another, also where an executor starts calls in the thread that tells. */
  private static void tell(Waiter[] ready) {
    ArrayDeque<Waiter> telling = TELLING.get();
    if (telling != null) {
      Collections.addAll(telling, ready);
      return;
    }
    telling = new ArrayDeque<>(List.of(ready));
    TELLING.set(telling);
    try {
      for (Waiter waiter = telling.poll(); waiter != null; waiter = telling.poll()) {
        waiter.throttle.route.room.tellEnd(waiter);
        waiter.ready();
      }
    } finally {
      TELLING.remove();
    }
  }
}
