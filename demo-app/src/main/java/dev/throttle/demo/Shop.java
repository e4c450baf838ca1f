package dev.throttle.demo;

import dev.throttle.test.ProviderCall;
import dev.throttle.test.ProviderLimit;
import dev.throttle.test.RateLimitedProvider;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;

/**
 * The shop's own side: a server that enforces what {@link ShopApi} says, as strictly as any does.
 * It knows nothing of Throttle.
 */
final class Shop implements AutoCloseable {

  static final int LIMIT = 200;
  static final Duration PERIOD = Duration.ofSeconds(2);

  /** Read just before the provider reads the clock for the origin of its log. */
  private final long origin = System.nanoTime();

  private final RateLimitedProvider provider = provider();

  private static RateLimitedProvider provider() {
    Duration second = Duration.ofSeconds(1);
    return RateLimitedProvider.builder()
        .limit(ProviderLimit.slidingWindow(LIMIT, PERIOD))
        .limit("/products", ProviderLimit.slidingWindow(60, second))
        .limit("/orders", ProviderLimit.slidingWindow(80, second))
        .jitterBefore(Duration.ofMillis(2), Duration.ofMillis(25))
        .jitterAfter(Duration.ofMillis(2), Duration.ofMillis(25))
        .start();
  }

  String url() {
    return provider.baseUrl();
  }

  /** Returns the nanoseconds since it opened. */
  long nanos() {
    return System.nanoTime() - origin;
  }

  /** Returns its log, which tells a retry from a first attempt by the id at the end of the path. */
  List<Passage> passages(Errands errands) {
    BitSet seen = new BitSet();
    return provider.log().stream().map(call -> passage(call, errands, seen)).toList();
  }

  private static Passage passage(ProviderCall call, Errands errands, BitSet seen) {
    String path = call.path();
    int id = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
    long asked = seen.get(id) ? Passage.AGAIN : errands.askedNanos(id);
    seen.set(id);
    return new Passage(
        asked, call.arrivedNanos(), call.countedNanos(), call.answeredNanos(), !call.accepted());
  }

  @Override
  public void close() {
    provider.close();
  }
}
