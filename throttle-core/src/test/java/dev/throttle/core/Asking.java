package dev.throttle.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Calls by name on virtual time, in the order in which they were granted. */
final class Asking {

  final FakeTime time = new FakeTime();
  final Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();

  /** The names of the calls granted so far. */
  final List<String> granted = new ArrayList<>();

  private final ArrayDeque<Permit> held = new ArrayDeque<>();

  /** Returns a limit without a guard, so that times are round. */
  static Limit perNanos(int permits, long periodNanos) {
    return Limit.of(permits, Duration.ofNanos(periodNanos)).withGuard(Duration.ZERO);
  }

  Throttle throttle(String name, Limit limit) {
    buckets.define(name, limit);
    return buckets.throttle(name);
  }

  CompletableFuture<Permit> ask(Throttle throttle, String name) {
    CompletableFuture<Permit> future = throttle.acquireAsync();
    future.whenComplete(
        (permit, refused) -> {
          if (permit != null) {
            granted.add(name);
            held.add(permit);
          }
        });
    return future;
  }

  void ask(int calls, Throttle throttle, String name) {
    for (int i = 0; i < calls; i++) {
      ask(throttle, name);
    }
  }

  int held() {
    return held.size();
  }

  /** Completes the call that was granted first of those in flight; returns false if none is. */
  boolean completeOne() {
    Permit permit = held.poll();
    if (permit != null) {
      permit.complete();
    }
    return permit != null;
  }

  /** Completes one call after another, with those that are granted then. */
  void completeAll() {
    boolean more = true;
    while (more) {
      more = completeOne();
    }
  }

  /** Completes calls until so many have been granted, or none is in flight. */
  List<String> grantsUpTo(int count) {
    boolean more = true;
    while (more && granted.size() < count) {
      more = completeOne();
    }
    return List.copyOf(granted.subList(0, Math.min(count, granted.size())));
  }

  long grantsTo(String name) {
    return granted.stream().filter(name::equals).count();
  }

  static @Nullable ThrottledException refusalOf(CompletableFuture<?> future) {
    return (ThrottledException) future.handle((value, failure) -> failure).getNow(null);
  }

  static ThrottledException.Reason reasonOf(CompletableFuture<?> future) {
    return Objects.requireNonNull(refusalOf(future), "not refused").reason();
  }
}
