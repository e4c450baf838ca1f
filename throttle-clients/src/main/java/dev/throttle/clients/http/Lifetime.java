package dev.throttle.clients.http;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * From the first call of a client to the last: the wrapped client is shut down when no call needs
 * it any more, for a call that waits was accepted like one that is under way.
 *
 * <p>Since JDK 21 an {@code HttpClient} can be shut down. Its methods are called by reflection, as
 * this is compiled for JDK 17; where they are missing there is nothing to shut down in the client.
 */
final class Lifetime {

  private static final @Nullable Method SHUTDOWN = find("shutdown");
  private static final @Nullable Method SHUTDOWN_NOW = find("shutdownNow");
  private static final @Nullable Method IS_TERMINATED = find("isTerminated");
  private static final @Nullable Method AWAIT = find("awaitTermination", Duration.class);

  private final HttpClient client;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition over = lock.newCondition();

  // Guarded by the lock.
  private int calls;
  private boolean shutDown;

  /**
   * What to fail when the client is shut down at once; who adds to it then looks whether it was.
   */
  private final Set<CompletableFuture<?>> pending = ConcurrentHashMap.newKeySet();

  private volatile boolean shutDownNow;

  Lifetime(HttpClient client) {
    this.client = client;
  }

  /** Begins a call, to be ended by {@link #leave}. */
  void enter() throws IOException {
    lock.lock();
    try {
      if (shutDown) {
        throw refusal();
      }
      calls++;
    } finally {
      lock.unlock();
    }
  }

  void leave() {
    lock.lock();
    try {
      calls--;
      if (shutDown && calls == 0) {
        over.signalAll();
        call(SHUTDOWN);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Fails a future of a call if the client is shut down at once before it is complete. */
  @SuppressWarnings("CollectionUndefinedEquality") // futures are told apart by identity, as meant
  void failOnShutdown(CompletableFuture<?> future) {
    if (!future.isDone()) {
      pending.add(future);
      future.whenComplete((value, failure) -> pending.remove(future));
      if (shutDownNow) {
        future.completeExceptionally(refusal());
      }
    }
  }

  private static IOException refusal() {
    return new IOException("the HttpClient was shut down: it takes no further requests.");
  }

  void shutdown() {
    lock.lock();
    try {
      shutDown = true;
      if (calls == 0) {
        over.signalAll();
        call(SHUTDOWN);
      }
    } finally {
      lock.unlock();
    }
  }

  void shutdownNow() {
    shutdown();
    shutDownNow = true;
    pending.forEach(future -> future.completeExceptionally(refusal()));
    call(SHUTDOWN_NOW);
  }

  boolean awaitTermination(Duration duration) throws InterruptedException {
    long nanos = TimeUnit.NANOSECONDS.convert(duration);
    lock.lockInterruptibly();
    try {
      while (!isOver()) {
        if (nanos <= 0) {
          return false;
        }
        nanos = over.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
    return awaitClient(Duration.ofNanos(Math.max(0, nanos)));
  }

  private boolean awaitClient(Duration duration) throws InterruptedException {
    try {
      return AWAIT == null || Objects.equals(AWAIT.invoke(client, duration), true);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      throw unchecked(e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean isTerminated() {
    lock.lock();
    try {
      return isOver() && (IS_TERMINATED == null || Objects.equals(call(IS_TERMINATED), true));
    } finally {
      lock.unlock();
    }
  }

  private boolean isOver() {
    return shutDown && calls == 0;
  }

  // ---- the wrapped client's

  private static @Nullable Method find(String name, Class<?>... parameters) {
    try {
      return HttpClient.class.getMethod(name, parameters);
    } catch (NoSuchMethodException beforeJdk21) {
      return null;
    }
  }

  private @Nullable Object call(@Nullable Method method) {
    try {
      return method == null ? null : method.invoke(client);
    } catch (InvocationTargetException e) {
      throw unchecked(e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RuntimeException unchecked(InvocationTargetException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return e.getCause() instanceof RuntimeException failure
        ? failure
        : new IllegalStateException(e.getCause());
  }
}
