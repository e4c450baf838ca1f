package dev.throttle.core;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Grant against cancel, through the public methods: however they interleave, one permit is held at
 * most, none is leaked, and nobody is left waiting when all is done.
 */
public class CancelLincheckTest {

  private final Buckets buckets =
      Buckets.builder().timeSource(new SlotsLincheckTest.Clock()).executor(Runnable::run).build();

  private final Bucket bucket = buckets.define("b", Limit.concurrent(1));
  private final Throttle throttle = buckets.throttle("b");
  private final Queue<CompletableFuture<Permit>> asked = new ConcurrentLinkedQueue<>();
  private final Queue<Permit> held = new ConcurrentLinkedQueue<>();
  private final AtomicInteger holding = new AtomicInteger();

  /** Lincheck makes one for each interleaving. */
  public CancelLincheckTest() {}

  @Operation
  public void acquire() {
    CompletableFuture<Permit> future = throttle.acquireAsync();
    future.whenComplete(
        (permit, failure) -> {
          if (permit != null) {
            hold(permit);
          }
        });
    asked.add(future);
  }

  @Operation
  public void tryAcquire() {
    Permit permit = throttle.tryAcquire();
    if (permit != null) {
      hold(permit);
    }
  }

  private void hold(Permit permit) {
    int now = holding.incrementAndGet();
    if (now > 1) {
      throw new IllegalStateException(now + " permits of 1 are held");
    }
    held.add(permit);
  }

  @Operation
  public void cancelTheFirst() {
    CompletableFuture<Permit> first = asked.poll();
    if (first != null) {
      first.cancel(false);
    }
  }

  @Operation
  public void cancelAndGiveBack() {
    CompletableFuture<Permit> first = asked.poll();
    if (first != null && !first.cancel(false)) {
      endOne(true);
    }
  }

  @Operation
  public void complete() {
    endOne(false);
  }

  private void endOne(boolean giveBack) {
    Permit permit = held.poll();
    if (permit == null) {
      return;
    }
    holding.decrementAndGet();
    if (giveBack) {
      permit.giveBack();
    } else {
      permit.complete();
    }
  }

  @Validate
  public void everybody_had_his_turn() {
    while (!held.isEmpty()) {
      endOne(false);
    }
    for (CompletableFuture<Permit> future : asked) {
      if (!future.isDone()) {
        throw new IllegalStateException("lost its turn; " + bucket.waiting() + " wait");
      }
    }
    if (bucket.inUse() != 0 || bucket.waiting() != 0) {
      throw new IllegalStateException(bucket.inUse() + " in use, " + bucket.waiting() + " wait");
    }
  }

  @Tag("once")
  @Test
  void model_checking() {
    Models.modelChecking()
        .verifier(EpsilonVerifier.class)
        .iterations(8)
        .actorsBefore(2)
        .actorsAfter(0)
        .check(CancelLincheckTest.class);
  }

  @Tag("once")
  @Test
  void stress() {
    Models.stress()
        .verifier(EpsilonVerifier.class)
        .iterations(5)
        .actorsPerThread(4)
        .actorsBefore(2)
        .actorsAfter(0)
        .check(CancelLincheckTest.class);
  }
}
