package dev.throttle.spring;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.KeyedBuckets;
import dev.throttle.core.Snapshot;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottleListener;
import dev.throttle.core.ThrottledException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Counts what happens to calls, as meters whose one tag {@code bucket} is the bucket's name; never
 * its key, of which there may be a million, and which may be a secret. Gauges of a name with keys
 * are those of all keys together.
 *
 * <p>{@code docs/spring.md} lists the meters. Those of a bucket are there once a call has passed it
 * or was refused.
 */
final class ThrottleMeters implements ThrottleListener {

  private final MeterRegistry registry;
  private final Buckets buckets;
  private final ConcurrentHashMap<String, OfBucket> known = new ConcurrentHashMap<>();

  ThrottleMeters(MeterRegistry registry, Buckets buckets) {
    this.registry = registry;
    this.buckets = buckets;
    buckets.names().forEach(this::of);
  }

  @Override
  public void granted(Throttle throttle, Duration waited) {
    for (Bucket bucket : throttle.buckets()) {
      OfBucket meters = of(bucket.name());
      meters.granted.increment();
      meters.wait.record(waited);
    }
  }

  @Override
  public void waiting(Throttle throttle, Bucket blocking) {
    throttle.buckets().forEach(bucket -> of(bucket.name()));
  }

  @Override
  public void refused(Throttle throttle, ThrottledException refusal) {
    refused(refusal);
  }

  @Override
  public void refused(KeyedBuckets keyed, ThrottledException refusal) {
    refused(refusal);
  }

  private void refused(ThrottledException refusal) {
    of(refusal.bucket());
    Counter.builder("throttle.refused")
        .description("Calls that were refused, and not made")
        .tag("bucket", refusal.bucket())
        .tag("reason", refusal.reason().name().toLowerCase(Locale.ROOT))
        .register(registry)
        .increment();
  }

  @Override
  public void cancelled(Throttle throttle, Duration waited) {
    throttle.buckets().forEach(bucket -> of(bucket.name()).cancelled.increment());
  }

  @Override
  public void heldTooLong(Bucket bucket, int permits) {
    of(bucket.name()).heldTooLong.increment(permits);
  }

  @Override
  public void wouldHaveWaited(Throttle throttle, Bucket bucket, Duration predicted) {
    of(bucket.name()).shadowWait.record(predicted);
  }

  private OfBucket of(String bucket) {
    OfBucket meters = known.get(bucket);
    return meters == null ? known.computeIfAbsent(bucket, OfBucket::new) : meters;
  }

  /** The meters of one name, but for those with a further tag. */
  private final class OfBucket {

    private final String bucket;
    final Counter granted;
    final Counter cancelled;
    final Counter heldTooLong;
    final Timer wait;
    final Timer shadowWait;

    OfBucket(String bucket) {
      this.bucket = bucket;
      granted = counter("throttle.granted", "Calls that got their permit");
      cancelled = counter("throttle.cancelled", "Calls whose caller gave up while they waited");
      heldTooLong =
          counter("throttle.held.too.long", "Permits taken back from calls that did not complete");
      wait = timer("throttle.wait", "Time between asking and being granted");
      shadowWait =
          timer("throttle.shadow.wait", "Time that calls would have waited for a bucket in SHADOW");
      gauge("throttle.queue", "Calls that wait", Bucket::waiting);
      gauge("throttle.in.use", "Permits held by calls or not back yet", Bucket::inUse);
      gauge("throttle.limit", "Permits of the bucket's first limit", of -> of.limit().permits());
      Gauge.builder("throttle.paused", this, OfBucket::pausedSeconds)
          .description("Time for which the bucket still grants nothing")
          .baseUnit("seconds")
          .tag("bucket", bucket)
          .register(registry);
    }

    private Counter counter(String name, String description) {
      return Counter.builder(name)
          .description(description)
          .tag("bucket", bucket)
          .register(registry);
    }

    private Timer timer(String name, String description) {
      return Timer.builder(name)
          .description(description)
          .tag("bucket", bucket)
          .publishPercentileHistogram()
          .register(registry);
    }

    private void gauge(String name, String description, ToDoubleFunction<Bucket> value) {
      Gauge.builder(name, this, of -> of.named().mapToDouble(value).sum())
          .description(description)
          .tag("bucket", bucket)
          .register(registry);
    }

    private Stream<Bucket> named() {
      Bucket one = buckets.find(bucket);
      return one == null
          ? buckets.all().stream().filter(of -> of.name().equals(bucket))
          : Stream.of(one);
    }

    private double pausedSeconds() {
      return named()
          .map(Bucket::snapshot)
          .map(Snapshot::pausedFor)
          .mapToDouble(paused -> paused.toNanos() / 1e9)
          .max()
          .orElse(0);
    }
  }
}
