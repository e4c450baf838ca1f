package dev.throttle.demo;

import dev.throttle.test.ProviderCall;
import dev.throttle.test.ProviderLimit;
import dev.throttle.test.RateLimitedProvider;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * The shop's own side: a server that enforces what {@link ShopApi} says, as strictly as any does.
 * It knows nothing of Throttle.
 */
public final class Shop implements AutoCloseable {

  /** Calls per {@link #PERIOD} over everything. */
  public static final int LIMIT = 200;

  /** The period of the limit over everything. */
  public static final Duration PERIOD = Duration.ofSeconds(2);

  /** Read just before the provider reads the clock for the origin of its log. */
  private final long origin = System.nanoTime();

  private final RateLimitedProvider provider;

  private Shop(Consumer<RateLimitedProvider.Builder> manners) {
    Duration second = Duration.ofSeconds(1);
    RateLimitedProvider.Builder builder =
        RateLimitedProvider.builder()
            .limit(ProviderLimit.slidingWindow(LIMIT, PERIOD))
            .limit("/products", ProviderLimit.slidingWindow(60, second))
            .limit("/orders", ProviderLimit.slidingWindow(80, second))
            .jitterBefore(Duration.ofMillis(2), Duration.ofMillis(25))
            .jitterAfter(Duration.ofMillis(2), Duration.ofMillis(25));
    manners.accept(builder);
    provider = builder.start();
  }

  /** Opens it for one client, to whom it is always well. */
  public static Shop open() {
    return open(manners -> {});
  }

  /**
   * Opens it.
   *
   * @param manners says what else of it is as in life: strangers who use its limits, answers that
   *     are none
   */
  public static Shop open(Consumer<RateLimitedProvider.Builder> manners) {
    return new Shop(manners);
  }

  /** Returns where it listens, without a path. */
  public String url() {
    return provider.baseUrl();
  }

  /** Returns the nanoseconds since it opened. */
  public long nanos() {
    return System.nanoTime() - origin;
  }

  /** Returns how many calls it has counted or refused until now. */
  public int calls() {
    return provider.count();
  }

  /** Returns how many of them it answered 429. */
  public int refused() {
    return provider.refused();
  }

  /** Returns how many calls of strangers it has counted until now. */
  public long strangerCalls() {
    return provider.strangerCalls();
  }

  /**
   * Returns its log, which tells a retry from a first attempt by the id at the end of the path.
   *
   * @param which the ids of the errands whose calls are wanted
   */
  List<Passage> passages(Errands errands, IntPredicate which) {
    BitSet seen = new BitSet();
    return provider.log().stream()
        .filter(call -> which.test(id(call)))
        .map(call -> passage(call, errands, seen))
        .toList();
  }

  private static int id(ProviderCall call) {
    String path = call.path();
    return Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
  }

  private static Passage passage(ProviderCall call, Errands errands, BitSet seen) {
    int id = id(call);
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
