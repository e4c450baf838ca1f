package dev.throttle.core;

import static dev.throttle.core.Asking.perNanos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.throttle.core.ThrottledException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A bucket for each key: made, limited, bounded. */
class KeyedBucketsTest {

  private final Asking asking = new Asking();
  private final Buckets buckets = asking.buckets;
  private final List<Object> resolved = new ArrayList<>();
  private final Map<Object, Limit> plans = new HashMap<>();

  private KeyedBuckets keyed(String name, int maxKeys) {
    List<Limit> usual = List.of(perNanos(1, 1_000));
    Function<Object, List<Limit>> resolver =
        key -> {
          resolved.add(key);
          return List.of(plans.getOrDefault(key, usual.get(0)));
        };
    return buckets.defineKeyed(name, usual, resolver, maxKeys, 10);
  }

  @Test
  void each_key_has_a_bucket_of_its_own_told_apart_by_equals() {
    KeyedBuckets keyed = keyed("k", 10);
    KeyedThrottle throttle = buckets.keyedThrottle("k");
    throttle.of("a").acquire();
    assertThat(throttle.of("a").tryAcquire()).isNull();
    assertThat(throttle.of("b").tryAcquire()).isNotNull();
    assertThat(throttle.of(List.of("a", 1)).tryAcquire()).as("a composite key").isNotNull();
    assertThat(throttle.of(List.of("a", 1)).tryAcquire()).isNull();
    assertThat(throttle.of(List.of("a", 2)).tryAcquire()).isNotNull();
    assertThat(keyed.size()).isEqualTo(4);
    assertThat(keyed.all()).extracting(Bucket::name).containsOnly("k");
    assertThat(keyed.bucket("a").key()).isEqualTo("a");
    assertThat(keyed.find("none")).isNull();
  }

  @Test
  void a_secret_key_is_in_no_message() {
    keyed("k", 1);
    Throttle throttle = buckets.keyedThrottle("k").of("secret").withMaxWait(Duration.ZERO);
    throttle.acquire();
    assertThat(throttle + "" + catchThrowableOfType(ThrottledException.class, throttle::acquire))
        .contains("bucket 'k' of one key (1 per PT0.000001S)")
        .doesNotContain("secret");
    ThrottledException refused =
        catchThrowableOfType(
            ThrottledException.class, () -> buckets.keyedThrottle("k").of("another secret"));
    assertThat(refused).hasMessageNotContaining("secret");
  }

  @Test
  void keys_of_several_names_are_one_for_all_or_one_each() {
    keyed("shop", 10);
    keyed("token", 10);
    buckets.define("all", Limit.concurrent(10));
    KeyedThrottle throttle = buckets.keyedThrottle("all", "shop", "token");
    throttle.of("x").acquire();
    assertThat(buckets.keyed("shop").bucket("x").inUse()).isEqualTo(1);
    assertThat(buckets.keyed("token").bucket("x").inUse()).isEqualTo(1);
    assertThat(throttle.ofEach(List.of("y", "x")).tryAcquire()).isNull();
    assertThat(throttle.ofEach(List.of("y", "z")).tryAcquire()).isNotNull();
    assertThat(buckets.bucket("all").inUse()).isEqualTo(2);
    assertThatThrownBy(() -> throttle.ofEach(List.of("y")))
        .hasMessage("2 of these buckets have one per key, but there were 1 keys.");
    assertThatThrownBy(() -> buckets.keyedThrottle("all"))
        .hasMessage("none of [all] has keys; use throttle instead.");
  }

  @Test
  void calls_of_one_key_wait_in_the_order_in_which_they_came_through_throttles_made_anew() {
    keyed("k", 10);
    buckets.define("all", Limit.concurrent(3));
    KeyedThrottle throttle = buckets.keyedThrottle("k", "all");
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      asking.ask(throttle.of("a"), "a" + i);
      expected.add("a" + i);
    }
    asking.ask(throttle.of("b"), "b");
    assertThat(asking.granted).as("a's queue holds up nobody else").containsExactly("a0", "b");
    asking.granted.remove("b");
    for (int i = 0; i < 10; i++) {
      asking.completeAll();
      asking.time.advance(1_000);
    }
    assertThat(asking.granted).isEqualTo(expected);
    assertThat(buckets.room.linesOfKeys).isEmpty();
  }

  @Test
  void calls_of_one_key_wait_in_one_line_through_throttles_made_anew() {
    keyed("k", 10);
    buckets.define("all", Limit.concurrent(3));
    Throttle other = buckets.keyedThrottle("k", "all").of("a");
    other.acquire();
    asking.ask(other, "first");
    asking.ask(buckets.keyedThrottle("k", "all").of("a"), "second");
    assertThat(TestBuckets.parkedAt(other.buckets().get(0))).hasSize(1);
  }

  @Test
  void predictions_and_refusals_keep_nothing_of_a_key() {
    keyed("k", 10);
    Throttle throttle = buckets.keyedThrottle("k").of("a");
    Permit held = throttle.acquire();
    throttle.predict();
    throttle.withMaxWait(Duration.ZERO).acquireAsync();
    held.giveBack();
    assertThat(buckets.room.linesOfKeys).isEmpty();
  }

  // ---- limits by key

  @Test
  void the_limit_of_a_key_is_asked_for_once_and_again_when_told() {
    plans.put("pro", perNanos(3, 1_000));
    KeyedBuckets keyed = keyed("k", 10);
    KeyedThrottle throttle = buckets.keyedThrottle("k");
    for (int i = 0; i < 3; i++) {
      assertThat(throttle.of("pro").tryAcquire()).isNotNull();
    }
    assertThat(throttle.of("pro").tryAcquire()).isNull();
    assertThat(throttle.of("free").tryAcquire()).isNotNull();
    assertThat(throttle.of("free").tryAcquire()).isNull();
    assertThat(resolved).containsExactly("pro", "free");
    asking.ask(throttle.of("free"), "waits");
    plans.put("free", perNanos(2, 1_000));
    keyed.refresh("free");
    assertThat(asking.granted).containsExactly("waits");
    keyed.refresh("never seen");
    assertThat(resolved).containsExactly("pro", "free", "free");
    keyed.refresh();
    assertThat(resolved).hasSize(5).contains("pro", "free");
  }

  @Test
  void to_refresh_what_has_not_changed_disturbs_nothing() {
    Limit slow = Limit.tokenBucket(1, Duration.ofNanos(1_000), 2).withGuard(Duration.ZERO);
    KeyedBuckets keyed = buckets.defineKeyed("k", slow);
    Throttle throttle = buckets.keyedThrottle("k").of("a");
    throttle.acquire().complete();
    throttle.acquire().complete();
    asking.ask(throttle, "waits");
    for (int i = 0; i < 100; i++) {
      asking.time.advance(10);
      keyed.refresh();
    }
    assertThat(asking.granted).containsExactly("waits");
  }

  @Test
  void a_limit_that_changes_while_a_key_is_being_made_is_not_missed() {
    Asking other = new Asking();
    List<Limit> now = new ArrayList<>(List.of(perNanos(1, 10)));
    AtomicInteger asked = new AtomicInteger();
    KeyedBuckets[] keyed = new KeyedBuckets[1];
    keyed[0] =
        other.buckets.defineKeyed(
            "k",
            List.copyOf(now),
            key -> {
              List<Limit> answer = List.copyOf(now);
              if (asked.incrementAndGet() == 1) {
                now.set(0, perNanos(2, 10)); // and somebody says so meanwhile
                keyed[0].refresh();
              }
              return answer;
            },
            10,
            10);
    assertThat(keyed[0].bucket("a").limit().permits()).isEqualTo(2);
  }

  @Test
  void a_resolver_that_fails_leaks_nothing() {
    KeyedBuckets keyed =
        buckets.defineKeyed(
            "k",
            List.of(perNanos(1, 10)),
            key ->
                switch (key.toString()) {
                  case "throws" -> throw new IllegalStateException("no plan");
                  case "null" -> null;
                  case "none" -> List.of();
                  default -> List.of(perNanos(1, 10));
                },
            1,
            10);
    KeyedThrottle throttle = buckets.keyedThrottle("k");
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> throttle.of("throws"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("no plan");
      assertThatThrownBy(() -> throttle.of("null"))
          .hasMessage("limits of a key of bucket 'k' must not be null.");
      assertThatThrownBy(() -> throttle.of("none"))
          .hasMessage("each key of bucket 'k' must have 1 limit(s), but one got 0.");
    }
    assertThat(keyed.size()).isZero();
    assertThat(throttle.of("good").tryAcquire()).isNotNull();
  }

  @Test
  void one_limit_for_all_keys_reaches_those_there_are_and_those_to_come() {
    KeyedBuckets keyed = keyed("k", 10);
    Bucket before = keyed.bucket("before");
    keyed.change(perNanos(5, 10));
    assertThat(before.limit()).isEqualTo(perNanos(5, 10));
    assertThat(keyed.bucket("after").limit()).isEqualTo(perNanos(5, 10));
  }

  @Test
  void those_who_wait_follow_a_mode_and_a_pause_of_all_keys() {
    KeyedBuckets keyed = keyed("k", 10);
    KeyedThrottle throttle = buckets.keyedThrottle("k");
    for (String key : List.of("a", "b")) {
      asking.ask(2, throttle.of(key), key);
    }
    keyed.pause(Duration.ofNanos(5_000));
    asking.completeAll();
    asking.time.advance(1_000);
    assertThat(asking.granted).containsExactly("a", "b");
    keyed.resume();
    assertThat(asking.granted).containsExactly("a", "b", "a", "b");
    for (String key : List.of("a", "b")) {
      asking.ask(throttle.of(key), key);
    }
    assertThat(asking.granted).hasSize(4);
    keyed.change(Mode.SHADOW);
    assertThat(asking.granted).hasSize(6);
  }

  // ---- bounds

  @Test
  void beyond_max_keys_a_call_is_refused_in_words() {
    KeyedBuckets keyed = keyed("k", 2);
    KeyedThrottle throttle = buckets.keyedThrottle("k");
    Permit a = throttle.of("a").acquire();
    throttle.of("b").acquire();
    ThrottledException refused =
        catchThrowableOfType(ThrottledException.class, () -> throttle.of("c"));
    assertThat(refused)
        .hasMessage("bucket 'k' has 2 keys in use, and maxKeys is 2: no room for another");
    assertThat(refused.reason()).isEqualTo(Reason.MAX_KEYS);
    assertThat(refused.bucket()).isEqualTo("k");
    a.giveBack();
    throttle.of("c").acquire();
    assertThat(keyed.size()).isEqualTo(2);
    assertThat(keyed.find("a")).isNull();
  }

  @Test
  void a_newcomer_finds_the_one_key_that_is_idle_among_many() {
    keyed("k", 100);
    KeyedThrottle throttle = buckets.keyedThrottle("k");
    List<Permit> held = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      held.add(throttle.of(i).acquire());
    }
    for (int i = 0; i < 100; i++) {
      held.get(i).giveBack();
      held.add(throttle.of("newcomer " + i).acquire());
    }
    assertThat(buckets.keyed("k").size()).isEqualTo(100);
  }

  @Test
  void max_keys_bounds_newcomers_however_many_come_at_once() throws InterruptedException {
    KeyedBuckets keyed = buckets.defineKeyed("k", perNanos(1, 1_000));
    KeyedBuckets bounded =
        buckets.defineKeyed(
            "bounded", List.of(perNanos(1, 1_000)), key -> List.of(perNanos(1, 1_000)), 50, 10);
    AtomicInteger granted = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int first = t * 100;
      Thread thread =
          new Thread(
              () -> {
                try {
                  start.await();
                } catch (InterruptedException e) {
                  return;
                }
                for (int key = first; key < first + 100; key++) {
                  try {
                    buckets.keyedThrottle("bounded").of(key).acquire();
                    granted.incrementAndGet();
                  } catch (ThrottledException e) {
                    refused.incrementAndGet();
                  }
                  keyed.bucket(key);
                }
              });
      thread.start();
      threads.add(thread);
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    // Each thread may have had a bucket forgotten between asking for it and taking its permit.
    assertThat(granted.get()).isBetween(50, 50 + 3);
    assertThat(refused.get()).isEqualTo(400 - granted.get());
    assertThat(bounded.size()).isEqualTo(granted.get());
    assertThat(bounded.all()).hasSize(granted.get());
    assertThat(keyed.size()).isEqualTo(keyed.all().size());
  }

  @Test
  void where_it_is_full_nobody_is_refused_because_another_looks_for_idle_keys_just_then()
      throws InterruptedException {
    KeyedBuckets keyed =
        buckets.defineKeyed("k", List.of(perNanos(1, 10)), key -> List.of(perNanos(1, 10)), 2, 10);
    BlockingKey blocks = new BlockingKey();
    buckets.keyedThrottle("k").of(blocks).acquire();
    keyed.bucket("idle");
    blocks.armed = true;
    Thread sweeper = new Thread(() -> keyed.bucket("first"));
    sweeper.start();
    blocks.entered.await();
    CompletableFuture<Bucket> second = new CompletableFuture<>();
    Thread other =
        new Thread(
            () -> {
              try {
                second.complete(keyed.bucket("second"));
              } catch (ThrottledException refused) {
                second.completeExceptionally(refused);
              }
            });
    other.start();
    while (!second.isDone() && other.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    blocks.leave.countDown();
    sweeper.join();
    other.join();
    assertThat(second).isCompleted();
    assertThat(keyed.size()).isEqualTo(2);
  }

  /** Stops the first thread that looks at it, once it is armed. */
  private static final class BlockingKey {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch leave = new CountDownLatch(1);
    volatile boolean armed;

    @Override
    public int hashCode() {
      if (armed) {
        armed = false;
        entered.countDown();
        boolean interrupted = false;
        while (leave.getCount() > 0) {
          try {
            leave.await();
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
      return 7;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }
  }

  @Test
  void a_name_is_defined_once() {
    Limit limit = perNanos(1, 10);
    Function<Object, List<Limit>> same = key -> List.of(limit);
    KeyedBuckets keyed = buckets.defineKeyed("k", List.of(limit), same, 5, 10);
    assertThat(buckets.defineKeyed("k", List.of(limit), same, 5, 10)).isSameAs(keyed);
    assertThat(keyed.name()).isEqualTo("k");
    assertThat(keyed.maxKeys()).isEqualTo(5);
    String message =
        "bucket 'k' (0 keys) is defined already, and now again as 1 per PT0.00000001S for each key."
            + " Define it once and name it elsewhere.";
    assertThatThrownBy(() -> buckets.defineKeyed("k", List.of(limit), same, 6, 10))
        .hasMessage(message);
    assertThatThrownBy(() -> buckets.defineKeyed("k", List.of(limit), same, 5, 11))
        .hasMessage(message);
    assertThatThrownBy(() -> buckets.defineKeyed("k", List.of(perNanos(2, 10)), same, 5, 10))
        .hasMessageStartingWith("bucket 'k' (0 keys) is defined already, and now again as 2 per");
  }

  @Test
  void names_with_keys_and_without_are_not_mixed_up() {
    keyed("k", 10);
    buckets.define("one", Limit.concurrent(1));
    assertThatThrownBy(() -> buckets.bucket("k"))
        .hasMessage(
            "'k' has a bucket for each key; ask keyed(\"k\") for them, and keyedThrottle to pass"
                + " one.");
    assertThatThrownBy(() -> buckets.keyed("one"))
        .hasMessage("'one' is one bucket, and has no keys.");
    assertThat(buckets.find("k")).isNull();
    assertThat(buckets.isDefined("k")).isTrue();
    assertThat(Objects.requireNonNull(buckets.find("one")).key()).isNull();
  }

  @Test
  void an_array_is_no_key() {
    keyed("k", 10);
    byte[] token = {1, 2};
    assertThatThrownBy(() -> buckets.keyedThrottle("k").of(token))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a key of bucket 'k' must have equals and hashCode, which arrays have not. Take a"
                + " String, a number or a List.");
    buckets.define("fair", perNanos(1, 1_000));
    assertThatThrownBy(() -> buckets.throttle("fair").withFairKey(token))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a fair key must have equals and hashCode");
  }

  @Test
  void a_key_whose_limit_is_not_to_be_had_keeps_it_and_the_others_are_refreshed() {
    KeyedBuckets keyed =
        buckets.defineKeyed(
            "k",
            List.of(perNanos(1, 1_000)),
            key -> {
              if (plans.get(key) == null) {
                throw new IllegalStateException("no plan of " + key);
              }
              return List.of(plans.get(key));
            },
            100,
            10);
    for (int key = 0; key < 20; key++) {
      plans.put(key, perNanos(1, 1_000));
      buckets.keyedThrottle("k").of(key).acquire();
      plans.put(key, perNanos(2, 1_000));
    }
    plans.remove(3);
    plans.remove(7);
    assertThatThrownBy(keyed::refresh)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no plan of 3")
        .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
    assertThat(keyed.all()).filteredOn(bucket -> bucket.limit().permits() == 2).hasSize(18);
    plans.clear();
    assertThatThrownBy(keyed::refresh)
        .satisfies(failure -> assertThat(failure.getSuppressed()).as("not all 19").hasSize(10));
  }

  @Test
  void of_two_who_refresh_a_key_the_one_who_asked_first_does_not_undo_the_other() {
    KeyedBuckets[] keyed = new KeyedBuckets[1];
    keyed[0] =
        buckets.defineKeyed(
            "k",
            List.of(perNanos(1, 1_000)),
            key -> {
              List<Limit> heard = List.of(plans.getOrDefault(key, perNanos(1, 1_000)));
              if (plans.put(key, perNanos(2, 1_000)) == null && keyed[0].find(key) != null) {
                keyed[0].refresh(key);
              }
              return heard;
            },
            10,
            10);
    Bucket bucket = keyed[0].bucket("a");
    plans.remove("a");
    keyed[0].refresh("a");
    assertThat(bucket.limit().permits()).isEqualTo(2);
  }

  @Test
  void a_key_that_cannot_be_compared_takes_no_room() {
    KeyedBuckets keyed = keyed("k", 1);
    Object bad =
        new Object() {
          @Override
          public int hashCode() {
            throw new UnsupportedOperationException("no hash code");
          }
        };
    assertThatThrownBy(() -> keyed.bucket(bad)).hasMessage("no hash code");
    assertThat(keyed.size()).isZero();
    assertThat(keyed.bucket("a")).isNotNull();
  }

  @Test
  void limits_of_a_key_are_there_and_as_many_as_usual() {
    Map<Object, List<Limit>> limits = new HashMap<>();
    limits.put("nothing", Arrays.asList((Limit) null));
    limits.put("none", List.of());
    KeyedBuckets keyed = buckets.defineKeyed("k", List.of(perNanos(1, 1_000)), limits::get, 10, 10);
    assertThatThrownBy(() -> keyed.bucket("unknown"))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("limits of a key of bucket 'k' must not be null.");
    assertThatThrownBy(() -> keyed.bucket("nothing"))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("limit of bucket 'k' must not be null.");
    assertThatThrownBy(() -> keyed.bucket("none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("each key of bucket 'k' must have 1 limit(s), but one got 0.");
    assertThat(keyed.size()).isZero();
  }
}
