package dev.throttle.spring;

import dev.throttle.core.Bucket;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottleListener;
import dev.throttle.core.WaitListener;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Observes each wait: a span {@code throttle.wait} in the trace of the call that waits, with the
 * buckets that it passes and how the wait ended. What need not wait has none.
 */
final class WaitObservations implements ThrottleListener {

  /** Not that of the timer, which has all calls in it and other tags. */
  private static final String NAME = "throttle.waiting";

  private static final String SPAN = "throttle.wait";

  private final ObservationRegistry registry;

  WaitObservations(ObservationRegistry registry) {
    this.registry = registry;
  }

  @Override
  public WaitListener beginWait(Throttle throttle) {
    Observation observation =
        Observation.createNotStarted(NAME, registry)
            .contextualName(SPAN)
            .lowCardinalityKeyValue("bucket", names(throttle))
            .start();
    return outcome ->
        observation
            .lowCardinalityKeyValue("outcome", outcome.name().toLowerCase(Locale.ROOT))
            .stop();
  }

  private static String names(Throttle throttle) {
    return throttle.buckets().stream().map(Bucket::name).collect(Collectors.joining(" + "));
  }
}
