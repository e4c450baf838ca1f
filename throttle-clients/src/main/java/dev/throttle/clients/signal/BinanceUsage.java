package dev.throttle.clients.signal;

import dev.throttle.core.Signal.Quota;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * {@code X-MBX-USED-WEIGHT-1M} and {@code X-MBX-ORDER-COUNT-10S} of <a
 * href="https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits">Binance</a>:
 * what is used, in the period that the name tells. A period <a
 * href="https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/rate-limits">begins
 * with the clock's</a>, so it is known when it ends.
 *
 * <p>A header can be asked for by its whole name only, so not every number of seconds is looked
 * for.
 */
final class BinanceUsage implements Family {

  static final List<Family> FAMILIES =
      Stream.of("X-MBX-USED-WEIGHT-", "X-MBX-ORDER-COUNT-")
          .flatMap(what -> Stream.of("1S", "10S", "1M", "1H", "1D").map(what::concat))
          .<Family>map(BinanceUsage::new)
          .toList();

  private final String name;
  private final Duration period;

  BinanceUsage(String name) {
    this.name = name;
    this.period = period(name.substring(name.lastIndexOf('-') + 1));
  }

  @Override
  public void read(Answer answer) throws MalformedFieldException {
    String used = answer.value(name);
    if (used != null) {
      answer.add(Quota.used(Numbers.count(used)).per(period).resetIn(untilNextPeriod(answer)));
    }
  }

  private Duration untilNextPeriod(Answer answer) {
    long periodMillis = period.toMillis();
    return Duration.ofMillis(
        periodMillis - Math.floorMod(answer.now().toEpochMilli(), periodMillis));
  }

  private static Duration period(String interval) {
    int last = interval.length() - 1;
    ChronoUnit unit =
        switch (interval.charAt(last)) {
          case 'S' -> ChronoUnit.SECONDS;
          case 'M' -> ChronoUnit.MINUTES;
          case 'H' -> ChronoUnit.HOURS;
          case 'D' -> ChronoUnit.DAYS;
          default ->
              throw new IllegalArgumentException(
                  String.format(Locale.ROOT, "interval must end in S, M, H or D: %s.", interval));
        };
    return Duration.of(Long.parseLong(interval.substring(0, last)), unit);
  }
}
