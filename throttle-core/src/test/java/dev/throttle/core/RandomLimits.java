package dev.throttle.core;

import dev.throttle.annotation.Algorithm;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;

/** Limits of every kind, such as a history makes and changes. */
final class RandomLimits {

  private static final List<ZoneId> ZONES =
      List.of(ZoneId.of("UTC"), ZoneId.of("UTC"), ZoneId.of("Asia/Kolkata"));

  private final Dice dice;

  /** The longest period so far, but for calendars. */
  long longest = 1;

  RandomLimits(Dice dice) {
    this.dice = dice;
  }

  /** Returns the limits of one bucket. */
  List<Limit> some() {
    return Stream.generate(this::one).limit(1 + dice.pick(75, 20, 5)).toList();
  }

  private Limit one() {
    int permits = dice.chance(5) ? 100 : 1 + dice.below(6);
    Limit limit =
        switch (dice.pick(25, 15, 20, 15, 17, 8)) {
          case 0 -> Limit.of(permits, period());
          case 1 -> Limit.concurrent(permits);
          case 2 -> Limit.tokenBucket(permits, period(), 1 + dice.below(8));
          case 3 -> Limit.leakyBucket(permits, period()).withBurst(1 + dice.below(5));
          case 4 -> fixedWindow(permits, windows(period()));
          default ->
              Limit.calendar(
                  permits,
                  dice.chance(80) ? Period.ofDays(1) : Period.ofMonths(1),
                  dice.oneOf(ZONES));
        };
    return withHold(withGuard(limit)).withReserve(dice.chance(30) ? 20 + dice.below(60) : 0);
  }

  private Duration period() {
    long nanos =
        switch (dice.pick(55, 30, 15)) {
          case 0 -> 1 + dice.below(900);
          case 1 -> 2_000 + dice.below(100_000);
          default -> 1_000_000_000L + dice.below(1_000_000_000);
        };
    longest = Math.max(longest, nanos);
    return Duration.ofNanos(nanos);
  }

  /** By the constructor, since the default guard is too long for most of these periods. */
  private Limit fixedWindow(int permits, Windows windows) {
    return new Limit(
        permits,
        windows.length(),
        Algorithm.FIXED_WINDOW,
        permits,
        windows,
        0,
        null,
        Duration.ZERO,
        Limit.DEFAULT_MAX_HOLD);
  }

  private Windows windows(Duration period) {
    Windows windows = Windows.of(period);
    return dice.chance(50)
        ? windows
        : windows.withOffset(Duration.ofNanos(dice.partOf(period.toNanos())));
  }

  private Limit withGuard(Limit limit) {
    long most = limit.windows() == null ? 100 : (limit.period().toNanos() + 1) / 2;
    return limit.withGuard(
        Duration.ofNanos(dice.chance(50) ? 0 : dice.below((int) Math.min(100, most))));
  }

  private Limit withHold(Limit limit) {
    long around = Math.max(100, Math.min(longest, limit.period().toNanos()));
    // What counts until it is complete cannot be counted within a time.
    return switch (limit.period().isZero() ? dice.pick(85, 0, 15) : dice.pick(80, 12, 8)) {
      case 0 -> limit;
      case 1 -> limit.withCountedWithin(Duration.ofNanos(1 + dice.partOf(2.0 * around)));
      default -> limit.withMaxHold(Duration.ofNanos(1 + dice.partOf(3.0 * around)));
    };
  }

  /** Returns other limits, as many: something of each is changed, or all of it. */
  List<Limit> changed(List<Limit> limits) {
    return limits.stream().map(limit -> dice.chance(50) ? changed(limit) : one()).toList();
  }

  private Limit changed(Limit limit) {
    int permits = Math.max(1, limit.permits() + dice.below(7) - 3);
    boolean leaks = limit.burst() != limit.permits();
    return new Limit(
        permits,
        limit.period(),
        limit.algorithm(),
        leaks ? Math.max(1, limit.burst() + dice.below(7) - 3) : permits,
        limit.windows(),
        dice.chance(20) ? dice.below(80) : limit.reserve(),
        limit.countedWithin(),
        limit.guard(),
        limit.maxHold());
  }

  /** Returns a limit by which nobody has to wait for days. */
  static Limit shortened(Limit limit) {
    return limit.windows() == null || limit.period().toDays() == 0
        ? limit
        : Limit.fixedWindow(1_000, limit.windows()).withGuard(limit.guard());
  }
}
