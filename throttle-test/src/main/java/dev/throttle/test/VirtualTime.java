package dev.throttle.test;

import static java.util.Objects.requireNonNull;

import dev.throttle.core.TimeSource;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Time that moves only when told.
 *
 * <p>{@link #advance} runs every timer that becomes due, each at exactly its own tick, in order of
 * ticks and then of scheduling, on the calling thread. Timers that are scheduled by timers take
 * part if they fall into the span. A zero delay runs at the next {@link #advance} or {@link
 * #runDue}.
 *
 * <p>The wall clock, {@link #epochNanos}, begins at 2030-06-15T10:20:30.123456789Z unless
 * {@linkplain #startingAt(Instant) told otherwise} and moves with time. {@link #jumpWallClock} sets
 * it alone, as NTP or an operator does.
 *
 * <pre>{@code
 * VirtualTime time = VirtualTime.startingAt(Instant.parse("2028-02-29T23:59:59Z"));
 * ProviderCounter monthly =
 *     ProviderLimit.calendarWindow(1, Period.ofMonths(1), ZoneId.of("UTC")).newCounter();
 *
 * assertThat(monthly.count(time.epochNanos()).accepted()).isTrue();
 * assertThat(monthly.count(time.epochNanos()).accepted()).isFalse();
 * time.advance(Duration.ofSeconds(1));
 * assertThat(monthly.count(time.epochNanos()).accepted()).isTrue();
 * }</pre>
 *
 * <p>All methods may be used by many threads. Advances follow one another: a second thread that
 * advances waits until the first is done, so the two spans add up. A timer may itself advance; time
 * then moves within that timer, and the outer advance goes on from there, to its own end or to
 * where the inner one came, whichever is later.
 */
public final class VirtualTime implements TimeSource {

  /** Early enough to run some timers before the ticks wrap, late enough that most tests see it. */
  private static final long DEFAULT_START = Long.MAX_VALUE - 1_000_000_000L;

  /** Where no window of seconds, days or months begins: starting is not the same as a boundary. */
  private static final Instant DEFAULT_WALL = Instant.parse("2030-06-15T10:20:30.123456789Z");

  /** A chain of timers this long at one tick does not end by itself. */
  private static final int MAX_CHAIN = 100_000;

  /*
   * Two locks, taken in this order: `advancing` is held while timers run, `state` only for an
   * instant and never while a timer runs. So other threads can always read, schedule and cancel.
   *
   * Every due tick lies in [now, now + Long.MAX_VALUE], which is what makes their order by
   * subtraction a total one; `now` never passes the first of them.
   */
  private final ReentrantLock advancing = new ReentrantLock();
  private final ReentrantLock state = new ReentrantLock();
  private final TreeSet<VirtualTimer> timers = new TreeSet<>(VirtualTime::inOrder);
  private final long start;
  private volatile long now;
  private volatile long wallAhead; // of `now`; written under `state`
  private long scheduled;
  private int chain; // guarded by advancing: how many timers led to the running one at this tick

  /** Starts one second before {@link Long#MAX_VALUE}, so that code is tested with wrapped ticks. */
  public VirtualTime() {
    this(DEFAULT_START, DEFAULT_WALL);
  }

  private VirtualTime(long start, Instant wall) {
    this.start = start;
    this.now = start;
    this.wallAhead = Nanos.ofEpoch(wall) - start;
  }

  /** Returns a time that stands at the given tick; the wall clock as always. */
  public static VirtualTime startingAt(long tick) {
    return new VirtualTime(tick, DEFAULT_WALL);
  }

  /**
   * Returns a time whose wall clock stands at the given instant; ticks as always.
   *
   * @throws IllegalArgumentException if nanoseconds since 1970 do not reach it: from 1677 to 2262
   *     they do
   */
  public static VirtualTime startingAt(Instant wallClock) {
    return new VirtualTime(DEFAULT_START, requireNonNull(wallClock, "wallClock"));
  }

  @Override
  public long nanos() {
    return now;
  }

  @Override
  public long epochNanos() {
    // Both wrap and the sum does not. Whoever jumps meanwhile did so before or after this call.
    return now + wallAhead;
  }

  /**
   * Sets the wall clock ahead, or back if the span is negative. Ticks stand still and no timer
   * runs: they do not depend on it.
   *
   * @throws IllegalArgumentException if it would leave the years 1677 to 2262
   */
  public void jumpWallClock(Duration by) {
    requireNonNull(by, "by");
    state.lock();
    try {
      wallAhead = Math.addExact(now + wallAhead, by.toNanos()) - now;
    } catch (ArithmeticException outOfRange) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the wall clock goes from the year 1677 to 2262, but at %s was told to jump by %s.",
              Instant.ofEpochSecond(0, epochNanos()),
              by),
          outOfRange);
    } finally {
      state.unlock();
    }
  }

  /** Returns how far time has moved since it was made. */
  public Duration elapsed() {
    return Duration.ofNanos(now - start);
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    requireNonNull(task, "task");
    int links = delayNanos <= 0 && advancing.isHeldByCurrentThread() ? chain + 1 : 0;
    state.lock();
    try {
      long due = now + Math.max(0, delayNanos);
      VirtualTimer timer = new VirtualTimer(due, scheduled++, links, task);
      timers.add(timer);
      return timer;
    } finally {
      state.unlock();
    }
  }

  /**
   * Moves time forward and runs the timers that become due.
   *
   * <p>If a timer throws, the others run nevertheless and time arrives where it should; then the
   * first exception is thrown, with the later ones suppressed in it.
   *
   * @throws IllegalArgumentException if the span is negative
   * @throws IllegalStateException if timers schedule one another at one tick without end
   */
  public void advance(Duration span) {
    advanceNanos(Nanos.of(requireNonNull(span, "span")));
  }

  /**
   * Moves time forward by nanoseconds; see {@link #advance}.
   *
   * @throws IllegalArgumentException if {@code nanos} is negative
   */
  public void advanceNanos(long nanos) {
    if (nanos < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "time cannot go back, but was told to advance by %d ns. Advance by 0 or more.",
              nanos));
    }
    Failures failures = new Failures();
    advancing.lock();
    try {
      int outerChain = chain;
      long end = now + nanos;
      try {
        for (VirtualTimer due = takeDue(end); due != null; due = takeDue(end)) {
          run(due, failures);
        }
      } finally {
        chain = outerChain;
      }
    } finally {
      advancing.unlock();
    }
    failures.rethrow();
  }

  /** Runs the timers that are due now, and those that they schedule for now; time stands still. */
  public void runDue() {
    advanceNanos(0);
  }

  /** Returns the nanoseconds until the next timer, 0 if one is due now; empty if there is none. */
  public OptionalLong nextTimerIn() {
    state.lock();
    try {
      return timers.isEmpty() ? OptionalLong.empty() : OptionalLong.of(timers.first().due - now);
    } finally {
      state.unlock();
    }
  }

  /** Returns how many timers are scheduled and have neither begun nor been cancelled. */
  public int pendingTimers() {
    state.lock();
    try {
      return timers.size();
    } finally {
      state.unlock();
    }
  }

  @Override
  public String toString() {
    return "VirtualTime[elapsed=" + elapsed() + ", pendingTimers=" + pendingTimers() + "]";
  }

  private static IllegalStateException endless(VirtualTimer timer) {
    return new IllegalStateException(
        String.format(
            Locale.ROOT,
            "timers scheduled one another without delay %d times at one tick, the last is %s."
                + " Give a timer that repeats itself a delay above 0.",
            MAX_CHAIN,
            timer.task));
  }

  private static int inOrder(VirtualTimer one, VirtualTimer other) {
    long later = one.due == other.due ? one.order - other.order : one.due - other.due;
    return Long.signum(later);
  }

  /** Moves to the next timer that is due by the end, or to the end if there is none. */
  private @Nullable VirtualTimer takeDue(long end) {
    state.lock();
    try {
      if (!timers.isEmpty() && timers.first().due - now <= Math.max(0, end - now)) {
        VirtualTimer due = timers.first();
        timers.remove(due);
        now = due.due;
        return due;
      }
      if (end - now > 0) {
        now = end;
      }
      return null;
    } finally {
      state.unlock();
    }
  }

  private void run(VirtualTimer timer, Failures failures) {
    if (timer.links > MAX_CHAIN) {
      failures.add(endless(timer));
      failures.rethrow();
    }
    chain = timer.links;
    try {
      timer.task.run();
    } catch (Throwable failure) {
      failures.add(failure);
    }
  }

  private final class VirtualTimer implements Timer {

    final long due;
    final long order;
    final int links;
    final Runnable task;

    VirtualTimer(long due, long order, int links, Runnable task) {
      this.due = due;
      this.order = order;
      this.links = links;
      this.task = task;
    }

    @Override
    public void cancel() {
      state.lock();
      try {
        timers.remove(this);
      } finally {
        state.unlock();
      }
    }
  }

  /** What timers threw during one advance. */
  private static final class Failures {

    private @Nullable Throwable first;

    void add(Throwable failure) {
      if (first == null) {
        first = failure;
      } else if (first != failure) {
        first.addSuppressed(failure);
      }
    }

    void rethrow() {
      if (first instanceof RuntimeException exception) {
        throw exception;
      }
      if (first instanceof Error error) {
        throw error;
      }
      if (first != null) {
        throw new UndeclaredThrowableException(first, "a timer threw " + first);
      }
    }
  }
}
