package dev.throttle.benchmarks;

import dev.throttle.core.Buckets;
import dev.throttle.core.KeyedThrottle;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttle;
import dev.throttle.core.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Who makes the calls of the mixed simulation, within the limits that it was told. */
interface MixedClient {

  /** Makes a call in the calling thread when its turn has come. */
  void call(MixedCall call, Callable<Void> request) throws Exception;

  /** Returns whether it can make calls without a thread. */
  default boolean isAsync() {
    return false;
  }

  /** Makes a call when its turn has come, without a thread. */
  default CompletableFuture<Void> callAsync(
      MixedCall call, Supplier<CompletableFuture<Void>> request) {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns ours: a bucket for all, one per endpoint and one per tenant, three priorities, and fair
   * turns between the tenants.
   *
   * @param limit makes a limit of so many permits
   */
  static MixedClient throttle(int all, IntFunction<Limit> limit) {
    // Windows begin where the provider's do, whose clock is that of this JVM.
    Buckets buckets = Buckets.builder().timeSource(new OneClock()).build();
    buckets.define("api", limit.apply(all));
    buckets.defineKeyed("api/tenant", limit.apply(MixedLimits.ofTenant(all)));
    List<KeyedThrottle> endpoints = new ArrayList<>();
    for (int i = 0; i < MixedLimits.ENDPOINTS; i++) {
      buckets.define("api/" + i, limit.apply(MixedLimits.ofEndpoint(i, all)));
      endpoints.add(buckets.keyedThrottle("api", "api/" + i, "api/tenant"));
    }
    return new MixedClient() {
      private Throttle throttle(MixedCall call) {
        return endpoints
            .get(call.endpoint())
            .of(call.tenant())
            .withPriority(call.priority())
            .withFairKey(call.tenant());
      }

      @Override
      public void call(MixedCall call, Callable<Void> request) throws Exception {
        throttle(call).call(request);
      }

      @Override
      public boolean isAsync() {
        return true;
      }

      @Override
      public CompletableFuture<Void> callAsync(
          MixedCall call, Supplier<CompletableFuture<Void>> request) {
        return throttle(call).callAsync(request);
      }
    };
  }

  /**
   * Returns a peer's: a limiter for each limit, asked one after another. Of tenants, endpoints and
   * all, what binds most is asked last.
   */
  static MixedClient peer(Contender peer, int all, Duration period) {
    Limiter global = peer.limiter(all, period);
    List<Limiter> endpoints = new ArrayList<>();
    for (int i = 0; i < MixedLimits.ENDPOINTS; i++) {
      endpoints.add(peer.limiter(MixedLimits.ofEndpoint(i, all), period));
    }
    List<Limiter> tenants = new ArrayList<>();
    for (int i = 0; i < MixedLimits.TENANTS; i++) {
      tenants.add(peer.limiter(MixedLimits.ofTenant(all), period));
    }
    return (call, request) -> {
      tenants.get(call.tenant()).begin();
      endpoints.get(call.endpoint()).begin();
      global.begin();
      request.call();
    };
  }

  /** The time of this JVM, whose wall clock goes by its ticks. */
  final class OneClock implements TimeSource {

    @Override
    public long nanos() {
      return TimeSource.system().nanos();
    }

    @Override
    public long epochNanos() {
      return nanos();
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
      return TimeSource.system().schedule(delayNanos, task);
    }
  }
}
