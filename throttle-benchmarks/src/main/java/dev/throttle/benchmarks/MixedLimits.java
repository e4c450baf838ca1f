package dev.throttle.benchmarks;

import dev.throttle.test.ProviderCounter;
import dev.throttle.test.ProviderLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The limits of the mixed simulation, as shares of the one for all: it is the one that binds in the
 * long run, and the others do now and then.
 */
final class MixedLimits {

  static final int ENDPOINTS = 3;
  static final int TENANTS = 2;

  private MixedLimits() {}

  /** Returns what an endpoint allows: 80, 60 and 40 percent of the limit for all. */
  static int ofEndpoint(int endpoint, int all) {
    return Math.max(1, all * (80 - 20 * endpoint) / 100);
  }

  /** Returns what a tenant may have: 70 percent of the limit for all. */
  static int ofTenant(int all) {
    return Math.max(1, all * 70 / 100);
  }

  static int index(int endpoint, int tenant) {
    return endpoint * TENANTS + tenant;
  }

  /**
   * Returns the provider's counters in the order of {@link #index}, each of three limits.
   *
   * @param kind makes a limit of so many calls
   */
  static List<ProviderCounter> counters(IntFunction<ProviderLimit> kind, int all) {
    ProviderCounter global = kind.apply(all).newCounter();
    List<ProviderCounter> tenants = new ArrayList<>();
    for (int tenant = 0; tenant < TENANTS; tenant++) {
      tenants.add(kind.apply(ofTenant(all)).newCounter());
    }
    List<ProviderCounter> counters = new ArrayList<>();
    for (int endpoint = 0; endpoint < ENDPOINTS; endpoint++) {
      ProviderCounter own = kind.apply(ofEndpoint(endpoint, all)).newCounter();
      for (ProviderCounter tenant : tenants) {
        counters.add(ProviderCounter.allOf(global, own, tenant));
      }
    }
    return counters;
  }
}
