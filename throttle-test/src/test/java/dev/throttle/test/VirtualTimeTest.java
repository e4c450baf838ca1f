package dev.throttle.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {

  private final VirtualTime time = new VirtualTime();
  private final long start = time.nanos();
  private final List<String> ran = new ArrayList<>();

  @Test
  void nothing_moves_unless_told() {
    time.schedule(0, note("now"));

    assertThat(ran).isEmpty();
    assertThat(time.nanos()).isEqualTo(start);
    assertThat(time.pendingTimers()).isOne();
    assertThat(time.nextTimerIn()).hasValue(0);
  }

  @Test
  void timers_run_in_time_order_each_at_its_own_tick() {
    time.schedule(30, note("c"));
    time.schedule(10, note("a"));
    time.schedule(20, note("b"));
    time.schedule(41, note("later"));

    time.advanceNanos(40);

    assertThat(ran).containsExactly("a@10", "b@20", "c@30");
    assertThat(time.elapsed()).isEqualTo(Duration.ofNanos(40));
    assertThat(time.nextTimerIn()).hasValue(1);
  }

  @Test
  void timers_of_one_tick_run_in_order_of_scheduling() {
    for (int i = 0; i < 100; i++) {
      time.schedule(5, note("t" + i));
    }

    time.advanceNanos(5);

    assertThat(ran).hasSize(100).startsWith("t0@5", "t1@5").endsWith("t98@5", "t99@5");
  }

  @Test
  void timers_that_timers_schedule_take_part_in_the_span() {
    time.schedule(
        10,
        () -> {
          note("first").run();
          time.schedule(5, note("child"));
          time.schedule(0, note("atOnce"));
          time.schedule(100, note("beyond"));
        });
    time.schedule(12, note("between"));

    time.advanceNanos(20);

    assertThat(ran).containsExactly("first@10", "atOnce@10", "between@12", "child@15");
    assertThat(time.nextTimerIn()).hasValue(90);
  }

  @Test
  void the_default_start_runs_timers_on_both_sides_of_the_wrap() {
    time.schedule(Duration.ofMillis(900).toNanos(), note("before"));
    time.schedule(Duration.ofMillis(1100).toNanos(), note("after"));
    assertThat(time.nanos()).isPositive();

    time.advance(Duration.ofSeconds(2));

    assertThat(ran).containsExactly("before@900000000", "after@1100000000");
    assertThat(time.nanos()).isNegative();
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void the_longest_delay_stays_behind_the_shortest() {
    time.schedule(Long.MAX_VALUE, note("never"));
    time.schedule(1, note("soon"));
    time.advanceNanos(1);
    time.schedule(2, note("next"));

    time.advanceNanos(2);

    assertThat(ran).containsExactly("soon@1", "next@3");
    assertThat(time.nextTimerIn()).hasValue(Long.MAX_VALUE - 3);
  }

  @Test
  void a_cancelled_timer_never_runs_even_when_cancelled_by_a_timer_of_the_same_tick() {
    TimeSource.Timer[] second = new TimeSource.Timer[1];
    time.schedule(5, () -> second[0].cancel());
    second[0] = time.schedule(5, note("cancelled"));
    time.schedule(5, note("third"));

    time.advanceNanos(5);
    second[0].cancel();

    assertThat(ran).containsExactly("third@5");
    assertThat(time.pendingTimers()).isZero();
    assertThat(time.nextTimerIn()).isEmpty();
  }

  @Test
  void runDue_runs_what_is_due_and_does_not_move() {
    time.schedule(-7, note("overdue"));
    time.schedule(0, () -> time.schedule(0, note("child")));
    time.schedule(1, note("later"));

    time.runDue();

    assertThat(ran).containsExactly("overdue@0", "child@0");
    assertThat(time.nanos()).isEqualTo(start);
  }

  @Test
  void an_exception_loses_no_timer_and_is_thrown_after() {
    IllegalStateException first = new IllegalStateException("first");
    AssertionError second = new AssertionError("second");
    time.schedule(1, throwing(first));
    time.schedule(2, throwing(second));
    time.schedule(3, note("third"));

    assertThatThrownBy(() -> time.advanceNanos(10)).isSameAs(first).hasSuppressedException(second);

    assertThat(ran).containsExactly("third@3");
    assertThat(time.elapsed()).isEqualTo(Duration.ofNanos(10));
    time.advanceNanos(1);
  }

  @Test
  void the_same_exception_twice_is_thrown_once() {
    Error error = new AssertionError("again");
    time.schedule(1, throwing(error));
    time.schedule(2, throwing(error));

    assertThatThrownBy(() -> time.advanceNanos(2)).isSameAs(error).hasNoSuppressedExceptions();
  }

  @Test
  void a_timer_that_advances_moves_time_within_itself() {
    time.schedule(
        10,
        () -> {
          time.advanceNanos(15);
          note("outer").run();
        });
    time.schedule(20, note("inner"));
    time.schedule(28, note("rest"));

    time.advanceNanos(30);

    assertThat(ran).containsExactly("inner@20", "outer@25", "rest@28");
    assertThat(time.elapsed()).isEqualTo(Duration.ofNanos(30));
  }

  @Test
  void a_timer_that_advances_beyond_the_outer_end_is_not_undone() {
    time.schedule(
        10,
        () -> {
          time.advanceNanos(100);
          time.schedule(0, note("atOnce"));
        });
    time.schedule(60, note("inner"));

    time.advanceNanos(20);

    assertThat(ran).containsExactly("inner@60", "atOnce@110");
    assertThat(time.elapsed()).isEqualTo(Duration.ofNanos(110));
  }

  @Test
  void timers_that_schedule_one_another_at_one_tick_for_ever_are_reported() {
    Runnable[] again = new Runnable[1];
    again[0] =
        new Runnable() {
          @Override
          public void run() {
            time.schedule(0, again[0]);
          }

          @Override
          public String toString() {
            return "Again";
          }
        };
    time.schedule(0, again[0]);

    assertThatThrownBy(time::runDue)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "timers scheduled one another without delay 100000 times at one tick, the last is"
                + " Again. Give a timer that repeats itself a delay above 0.");
  }

  @Test
  void time_refuses_to_go_back() {
    assertThatThrownBy(() -> time.advance(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("time cannot go back, but was told to advance by -1 ns. Advance by 0 or more.");
    assertThatThrownBy(() -> time.advance(Duration.ofSeconds(Long.MIN_VALUE)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_start_can_be_chosen() {
    VirtualTime atZero = VirtualTime.startingAt(0);
    atZero.advance(Duration.ofSeconds(Long.MAX_VALUE));

    assertThat(atZero.nanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(atZero)
        .hasToString("VirtualTime[elapsed=PT2562047H47M16.854775807S, pendingTimers=0]");
  }

  @Test
  void the_wall_clock_moves_with_time_also_where_ticks_wrap() {
    assertThat(wall(time)).isEqualTo("2030-06-15T10:20:30.123456789Z");
    time.schedule(Duration.ofHours(1).toNanos(), () -> ran.add(wall(time).toString()));

    time.advance(Duration.ofHours(24));

    assertThat(time.nanos()).isNegative();
    assertThat(ran).containsExactly("2030-06-15T11:20:30.123456789Z");
    assertThat(wall(time)).isEqualTo("2030-06-16T10:20:30.123456789Z");
    assertThat(wall(VirtualTime.startingAt(0))).isEqualTo("2030-06-15T10:20:30.123456789Z");
  }

  @Test
  void the_start_of_the_wall_clock_can_be_chosen() {
    VirtualTime leapDay = VirtualTime.startingAt(Instant.parse("2028-02-29T23:59:59Z"));
    assertThat(leapDay.nanos()).isEqualTo(new VirtualTime().nanos());
    leapDay.advance(Duration.ofSeconds(1));
    assertThat(wall(leapDay)).isEqualTo("2028-03-01T00:00:00Z");

    VirtualTime before1970 = VirtualTime.startingAt(Instant.parse("1969-12-31T23:59:59.5Z"));
    assertThat(before1970.epochNanos()).isEqualTo(-500_000_000);

    assertThatThrownBy(() -> VirtualTime.startingAt(Instant.parse("2263-01-01T00:00:00Z")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the wall clock goes from the year 1677 to 2262, but was set to 2263-01-01T00:00:00Z.");
  }

  @Test
  void the_wall_clock_jumps_alone_either_way() {
    time.schedule(Duration.ofMinutes(30).toNanos(), note("timer"));

    time.jumpWallClock(Duration.ofHours(2));
    assertThat(wall(time)).isEqualTo("2030-06-15T12:20:30.123456789Z");
    time.jumpWallClock(Duration.ofHours(-3));
    assertThat(wall(time)).isEqualTo("2030-06-15T09:20:30.123456789Z");
    time.runDue();

    assertThat(ran).isEmpty();
    assertThat(time.elapsed()).isZero();
    time.advance(Duration.ofHours(1));
    assertThat(ran).containsExactly("timer@1800000000000");
    assertThat(wall(time)).isEqualTo("2030-06-15T10:20:30.123456789Z");
    assertThatThrownBy(() -> time.jumpWallClock(Duration.ofDays(100_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the wall clock goes from the year 1677 to 2262, but at 2030-06-15T10:20:30.123456789Z"
                + " was told to jump by PT2400000H.");
    assertThat(wall(time)).isEqualTo("2030-06-15T10:20:30.123456789Z");
  }

  private static Instant wall(VirtualTime time) {
    return Instant.ofEpochSecond(0, time.epochNanos());
  }

  @Test
  void random_histories_run_as_a_sorted_list_would() {
    for (long seed = 0; seed < 2_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      VirtualTime time = VirtualTime.startingAt(Long.MAX_VALUE - random.nextInt(60));
      long begin = time.nanos();
      List<Run> expected = new ArrayList<>();
      List<Run> seen = new ArrayList<>();
      int order = 0;
      long elapsed = 0;
      for (int step = 0; step < 20; step++) {
        for (int i = random.nextInt(4); i > 0; i--) {
          long delay = random.nextInt(40);
          int number = order++;
          TimeSource.Timer timer =
              time.schedule(delay, () -> seen.add(new Run(time.nanos() - begin, number)));
          if (random.nextInt(4) == 0) {
            timer.cancel();
          } else {
            expected.add(new Run(elapsed + delay, number));
          }
        }
        long span = random.nextInt(25);
        time.advanceNanos(span);
        elapsed += span;
      }
      long end = elapsed;
      expected.removeIf(run -> run.at() > end);
      expected.sort(Comparator.comparingLong(Run::at).thenComparing(Run::number));
      assertThat(seen).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @Test
  void many_threads_lose_no_timer_and_add_up_their_spans() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    AtomicInteger cancelledTooLate = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> work = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      work.add(
          threads.submit(
              () -> {
                for (int i = 0; i < 2_000; i++) {
                  time.schedule(i % 50, runs::incrementAndGet);
                  time.schedule(i % 50, cancelledTooLate::incrementAndGet).cancel();
                  time.advanceNanos(3);
                }
              }));
    }
    for (Future<?> each : work) {
      each.get(60, TimeUnit.SECONDS);
    }
    threads.shutdown();
    int cancelledBefore = cancelledTooLate.get();
    time.advanceNanos(50);

    assertThat(time.pendingTimers()).isZero();
    assertThat(runs).hasValue(8_000);
    assertThat(cancelledTooLate).hasValue(cancelledBefore);
    assertThat(time.elapsed()).isEqualTo(Duration.ofNanos(4 * 2_000 * 3 + 50));
  }

  @Test
  void other_threads_schedule_and_read_while_a_timer_runs() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    time.schedule(
        10,
        () -> {
          try {
            other.submit(() -> time.schedule(5, note("from another thread"))).get();
          } catch (Exception failure) {
            throw new IllegalStateException(failure);
          }
        });

    time.advanceNanos(20);
    other.shutdown();

    assertThat(ran).containsExactly("from another thread@15");
  }

  private record Run(long at, int number) {}

  private Runnable note(String name) {
    return () -> ran.add(name + "@" + (time.nanos() - start));
  }

  private static Runnable throwing(Throwable failure) {
    return () -> {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure;
    };
  }
}
