package dev.throttle.core;

import static dev.throttle.core.Asking.perNanos;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which buckets of keys are forgotten, and that none ever is whose loss would be noticed. */
class ForgettingTest {

  private final Asking asking = new Asking();
  private final Buckets buckets = asking.buckets;
  private final AtomicReference<Limit> limit = new AtomicReference<>(perNanos(1, 1_000));
  private KeyedBuckets keyed;
  private KeyedThrottle throttle;
  private int newcomers;

  @BeforeEach
  void define() {
    keyed =
        buckets.defineKeyed(
            "k", List.of(perNanos(1, 1_000)), key -> List.of(limit.get()), 1_000_000, 10);
    throttle = buckets.keyedThrottle("k");
  }

  /** Each newcomer looks at two others: so many look at all, more than once. */
  private void newcomers() {
    for (int i = 0; i < 100; i++) {
      keyed.bucket("newcomer " + newcomers++);
    }
  }

  private void assertThatItIsForgotten(Object key) {
    newcomers();
    assertThat(keyed.find(key)).as("bucket of %s", key).isNull();
  }

  private void assertThatItIsKept(Object key) {
    newcomers();
    assertThat(keyed.find(key)).as("bucket of %s", key).isNotNull();
  }

  @Test
  void an_idle_bucket_is_forgotten_and_one_in_use_is_not() {
    keyed.bucket("idle");
    Permit permit = throttle.of("used").acquire();
    assertThatItIsKept("used");
    assertThat(keyed.find("idle")).isNull();
    permit.complete();
    asking.time.advance(999);
    assertThatItIsKept("used");
    asking.time.advance(1);
    assertThatItIsForgotten("used");
    assertThat(keyed.size()).isLessThan(60).isEqualTo(keyed.all().size());
  }

  @Test
  void a_bucket_for_which_somebody_waits_is_not_forgotten() {
    buckets.define("other", Limit.concurrent(1));
    Permit other = buckets.throttle("other").acquire();
    CompletableFuture<Permit> waits = buckets.keyedThrottle("k", "other").of("a").acquireAsync();
    assertThatItIsKept("a");
    waits.cancel(false);
    assertThatItIsForgotten("a");
    other.complete();
  }

  @Test
  void a_paused_bucket_is_not_forgotten_until_its_pause_is_over() {
    keyed.bucket("a").pause(Duration.ofNanos(500));
    keyed.bucket("b").pause(Duration.ofSeconds(Long.MAX_VALUE));
    assertThatItIsKept("a");
    asking.time.advance(500);
    assertThatItIsForgotten("a");
    assertThatItIsKept("b");
    keyed.bucket("b").resume();
    assertThatItIsForgotten("b");
  }

  // ---- held by somebody

  @Test
  void whoever_holds_a_forgotten_bucket_and_takes_a_permit_makes_it_the_bucket_of_its_key_again() {
    Throttle held = throttle.of("a");
    Bucket bucket = held.buckets().get(0);
    assertThatItIsForgotten("a");
    int before = keyed.size();
    held.acquire();
    assertThat(keyed.find("a")).isSameAs(bucket);
    assertThat(keyed.size()).isEqualTo(before + 1).isEqualTo(keyed.all().size());
    assertThat(throttle.of("a").tryAcquire()).isNull();
  }

  @Test
  void whoever_holds_a_forgotten_bucket_and_passes_it_makes_it_the_bucket_of_its_key_again() {
    keyed.change(Mode.SHADOW);
    Throttle held = throttle.of("a").withCost(2);
    assertThatItIsForgotten("a");
    assertThat(held.tryAcquire()).as("there is one").isNotNull();
    assertThat(keyed.find("a")).isSameAs(held.buckets().get(0));
  }

  @Test
  void whoever_holds_a_forgotten_bucket_and_waits_makes_it_the_bucket_of_its_key_again() {
    buckets.define("other", Limit.concurrent(1));
    Throttle held = buckets.keyedThrottle("k", "other").of("a");
    Bucket bucket = held.buckets().get(0);
    assertThatItIsForgotten("a");
    Permit other = buckets.throttle("other").acquire();
    CompletableFuture<Permit> waits = held.acquireAsync();
    assertThat(keyed.find("a")).isSameAs(bucket);
    other.complete();
    assertThat(waits).isCompleted();
  }

  @Test
  void a_key_that_comes_back_has_the_forgotten_bucket_as_long_as_anybody_holds_it() {
    Bucket held = keyed.bucket("held");
    WeakReference<Bucket> dropped = new WeakReference<>(keyed.bucket("dropped"));
    assertThatItIsForgotten("held");
    assertThatItIsForgotten("dropped");
    collectGarbageUntilItIsGone(dropped);
    assertThat(keyed.bucket("held")).isSameAs(held);
    assertThat(keyed.bucket("dropped").inUse()).isZero();
    assertThat(throttle.of("held").tryAcquire()).isNotNull();
    assertThat(held.inUse()).isEqualTo(1);
  }

  private static void collectGarbageUntilItIsGone(WeakReference<?> reference) {
    while (reference.get() != null) {
      System.gc();
      Thread.onSpinWait();
    }
  }

  @Test
  void the_pause_of_a_forgotten_bucket_is_not_lost_with_it() {
    WeakReference<Bucket> paused = pauseWhenForgotten();
    assertThat(keyed.find("a")).isSameAs(paused.get()).isNotNull();
    System.gc();
    assertThat(throttle.of("a").tryAcquire()).isNull();
  }

  private WeakReference<Bucket> pauseWhenForgotten() {
    Bucket bucket = keyed.bucket("a");
    assertThatItIsForgotten("a");
    bucket.pause(Duration.ofNanos(500));
    return new WeakReference<>(bucket);
  }

  @Test
  void what_is_charged_after_a_bucket_was_forgotten_is_not_lost_with_it() {
    limit.set(perNanos(5, 1_000).withMaxHold(Duration.ofNanos(100)));
    Permit tooLong = throttle.of("a").acquire();
    asking.time.advance(200);
    newcomers();
    asking.time.advance(2_000);
    assertThatItIsForgotten("a");
    tooLong.adjust(4);
    assertThat(keyed.find("a")).isNotNull();
    assertThat(keyed.bucket("a").inUse()).isEqualTo(3);
    tooLong.complete();
  }

  @Test
  void a_new_limit_reaches_a_forgotten_bucket_that_somebody_holds() {
    Throttle one = throttle.of("one");
    Throttle two = throttle.of("two");
    assertThatItIsForgotten("one");
    assertThatItIsForgotten("two");
    limit.set(perNanos(7, 1_000));
    keyed.refresh("one");
    one.acquire();
    assertThat(one.buckets().get(0).limit().permits()).isEqualTo(7);
    keyed.refresh();
    two.acquire();
    assertThat(two.buckets().get(0).limit().permits()).isEqualTo(7);
    keyed.change(perNanos(8, 1_000));
    assertThat(two.buckets().get(0).limit().permits()).isEqualTo(8);
  }

  // ---- at that very moment

  /**
   * A call waits for a paused idle bucket. While the pause is ended and the call is granted, a
   * newcomer looks whether that bucket is idle: all its slots are free before, and nobody waits
   * after.
   */
  @Test
  void a_bucket_is_not_forgotten_while_it_passes_from_waited_for_to_used() throws Exception {
    AtomicReference<Runnable> atALook = new AtomicReference<>(() -> {});
    Buckets hooked =
        Buckets.builder()
            .timeSource(
                new TimeSource() {
                  @Override
                  public long nanos() {
                    atALook.getAndSet(() -> {}).run();
                    return asking.time.nanos();
                  }

                  @Override
                  public Timer schedule(long delayNanos, Runnable task) {
                    return asking.time.schedule(delayNanos, task);
                  }
                })
            .executor(Runnable::run)
            .build();
    // Its grant looks at the clock, after that of the pause is over.
    hooked.define("clock", Limit.leakyBucket(10, Duration.ofNanos(10)));
    KeyedBuckets keys = hooked.defineKeyed("k", Limit.concurrent(1));
    Throttle both = hooked.keyedThrottle("clock", "k").of("a");
    Bucket bucket = keys.bucket("a");
    bucket.pause(Duration.ofSeconds(Long.MAX_VALUE));
    CompletableFuture<Permit> waits = both.acquireAsync();
    assertThat(waits).isNotDone();
    Thread newcomer = new Thread(() -> keys.bucket("newcomer"));
    AtomicInteger looks = new AtomicInteger();
    atALook.set(
        () -> {
          looks.incrementAndGet();
          newcomer.start();
          Thread.State state = newcomer.getState();
          while (state != Thread.State.WAITING && state != Thread.State.TERMINATED) {
            Thread.onSpinWait();
            state = newcomer.getState();
          }
        });
    bucket.resume();
    newcomer.join();
    assertThat(looks).hasValue(1);
    assertThat(waits).isCompleted();
    assertThat(bucket.inUse()).isEqualTo(1);
    assertThat(keys.find("a")).isSameAs(bucket);
  }
}
