package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Calls that moved to and fro between two buckets until they insist, and what changes then. */
class InsistentTest {

  private final Buckets buckets =
      Buckets.builder().timeSource(new FakeTime()).executor(Runnable::run).build();
  private final Throttle ofA = buckets.throttle(List.of(buckets.define("a", Limit.concurrent(1))));
  private final Bucket b = buckets.define("b", Limit.concurrent(2));
  private final Throttle allOfB = buckets.throttle("b").withCost(2);

  /** Holds all of b or, later on, a. */
  private Permit holds = allOfB.acquire();

  /** Returns the call that insists on one of a and two of b, when only a is held by another. */
  private CompletableFuture<Permit> insistent() {
    CompletableFuture<Permit> both = buckets.throttle("a", "b").withCost("b", 2).acquireAsync();
    for (int i = 1; TestBuckets.parkedAt(b).stream().noneMatch(line -> line.insistent); i++) {
      Permit other = (i % 2 == 0 ? allOfB : ofA).acquire();
      holds.complete();
      holds = other;
    }
    return both;
  }

  @Test
  void an_insistent_call_that_costs_too_much_after_a_change_is_refused_and_blocks_nobody() {
    CompletableFuture<Permit> both = insistent();
    CompletableFuture<Permit> behind = ofA.acquireAsync();
    b.change(Limit.concurrent(1));
    assertThat(behind).isNotDone();
    holds.complete();
    assertThat(Asking.reasonOf(both)).isEqualTo(ThrottledException.Reason.COST);
    assertThat(behind).isCompleted();
  }

  @Test
  void an_insistent_call_keeps_nobody_from_a_bucket_that_holds_nobody_up() {
    CompletableFuture<Permit> both = insistent();
    CompletableFuture<Permit> behind = allOfB.acquireAsync();
    assertThat(behind).isNotDone();
    b.change(Mode.SHADOW);
    assertThat(behind).isCompleted();
    assertThat(allOfB.acquireAsync()).isCompleted();
    assertThat(both).isNotDone();
    b.change(Mode.WAIT);
    behind.join().giveBack();
    holds.complete();
    assertThat(both).as("two of b are taken still").isNotDone();
    CompletableFuture<Permit> last = allOfB.acquireAsync();
    buckets.setEnabled(false);
    assertThat(both).isCompleted();
    assertThat(last).isCompleted();
  }
}
