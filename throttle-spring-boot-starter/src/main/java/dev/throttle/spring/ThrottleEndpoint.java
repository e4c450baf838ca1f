package dev.throttle.spring;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.KeyedBuckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Mode;
import dev.throttle.core.SharedBy;
import dev.throttle.core.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Lists buckets, and changes, pauses and resumes them while the application runs.
 *
 * <p>A name's slashes are those of the path: {@code /actuator/throttle/api.foo.com/users}.
 */
@Endpoint(id = "throttle")
public final class ThrottleEndpoint {

  private final Buckets buckets;

  ThrottleEndpoint(Buckets buckets) {
    this.buckets = buckets;
  }

  /**
   * All that is limited.
   *
   * @param enabled whether limits hold at all
   * @param buckets by name
   */
  public record Report(boolean enabled, List<BucketReport> buckets) {}

  /**
   * One name.
   *
   * @param name the bucket's name
   * @param keys how many keys it has in use; null if it is one bucket
   * @param limits its limits; those of keys as they usually are, without their state
   * @param waiting how many calls wait
   * @param mode what it does with calls for which it has no permit
   * @param pausedFor how long it still grants nothing; of keys, the one that is paused longest
   * @param sharedBy by which store it is shared with other processes, without secrets; null if it
   *     is not
   */
  public record BucketReport(
      String name,
      @Nullable Integer keys,
      List<LimitReport> limits,
      int waiting,
      String mode,
      String pausedFor,
      @Nullable String sharedBy) {}

  /**
   * One limit.
   *
   * @param limit as messages show it
   * @param permits per period
   * @param inUse permits held by calls or not back yet; null for a name with keys
   * @param free permits that are free; null for a name with keys
   * @param nextPermitIn the time until one is free; null for a name with keys
   */
  public record LimitReport(
      String limit,
      int permits,
      @Nullable Integer inUse,
      @Nullable Integer free,
      @Nullable String nextPermitIn) {}

  /** Returns all buckets that are defined now. */
  @ReadOperation
  public Report report() {
    List<BucketReport> reports = new ArrayList<>();
    for (String name : buckets.names()) {
      reports.add(of(name));
    }
    return new Report(buckets.isEnabled(), reports);
  }

  /** Returns one bucket, or null if there is none of this name. */
  @ReadOperation
  public @Nullable BucketReport bucket(@Selector(match = Match.ALL_REMAINING) String... path) {
    String name = name(path);
    return name == null ? null : of(name);
  }

  /** Switches all limits on or off. */
  @WriteOperation
  public Report switchAll(boolean enabled) {
    buckets.setEnabled(enabled);
    return report();
  }

  /**
   * Changes a bucket, of a name with keys those of all.
   *
   * @param path the bucket's name
   * @param limit other permits per period, of several limits of the first, or null to leave them
   * @param period another period, likewise, or null to leave it
   * @param mode another mode, or null to leave it
   * @param pause for how long to grant nothing, or null not to pause
   * @param resume true to end a pause
   * @return the bucket as it is now
   * @throws InvalidEndpointRequestException if there is none of this name, or a value is wrong;
   *     then nothing was changed
   */
  @WriteOperation
  @SuppressWarnings("deprecation") // Boot 3 looks for Spring's own annotation, and for no other
  public BucketReport change(
      @Selector(match = Match.ALL_REMAINING) String[] path,
      @org.springframework.lang.Nullable @Nullable Integer limit,
      @org.springframework.lang.Nullable @Nullable Duration period,
      @org.springframework.lang.Nullable @Nullable Mode mode,
      @org.springframework.lang.Nullable @Nullable Duration pause,
      @org.springframework.lang.Nullable @Nullable Boolean resume) {
    String name = name(path);
    try {
      if (name == null) {
        throw new IllegalArgumentException(
            "no bucket '" + String.join("/", path) + "'; there are " + buckets.names() + ".");
      }
      if (pause != null && pause.isNegative()) {
        throw new IllegalArgumentException("pause must not be negative, but was " + pause + ".");
      }
      Target target = target(name);
      if (limit != null || period != null) {
        target.limit.accept(with(target.now, limit, period));
      }
      if (mode != null) {
        target.mode.accept(mode);
      }
      if (Boolean.TRUE.equals(resume)) {
        target.resume.run();
      }
      if (pause != null) {
        target.pause.accept(pause);
      }
      return of(name);
    } catch (IllegalArgumentException e) {
      String why = String.valueOf(e.getMessage());
      throw new InvalidEndpointRequestException(why, why);
    }
  }

  /** Returns the name of a bucket that is defined; a path has only one slash where two stand. */
  private @Nullable String name(String[] path) {
    String asked = String.join("/", path);
    return buckets.names().stream()
        .filter(name -> name.equals(asked) || name.replaceAll("/+", "/").equals(asked))
        .findFirst()
        .orElse(null);
  }

  private static Limit with(Limit now, @Nullable Integer permits, @Nullable Duration period) {
    Limit limit = permits == null ? now : now.withPermits(permits);
    return period == null ? limit : limit.withPeriod(period);
  }

  private Target target(String name) {
    Bucket one = buckets.find(name);
    if (one != null) {
      return new Target(
          one.limit(), limit -> changeFirst(one, limit), one::change, one::pause, one::resume);
    }
    KeyedBuckets keyed = buckets.keyed(name);
    return new Target(
        keyed.limits().get(0), keyed::change, keyed::change, keyed::pause, keyed::resume);
  }

  private static void changeFirst(Bucket bucket, Limit limit) {
    List<Limit> limits = new ArrayList<>(bucket.limits());
    limits.set(0, limit);
    bucket.change(limits);
  }

  /** What can be changed, of one bucket or of a name with keys. */
  private record Target(
      Limit now,
      Consumer<Limit> limit,
      Consumer<Mode> mode,
      Consumer<Duration> pause,
      Runnable resume) {}

  private BucketReport of(String name) {
    Bucket one = buckets.find(name);
    return one == null ? of(buckets.keyed(name)) : of(one.snapshot(), one.sharedBy());
  }

  private static BucketReport of(Snapshot now, @Nullable SharedBy sharedBy) {
    List<LimitReport> limits = new ArrayList<>();
    for (Snapshot.OfLimit of : now.limits()) {
      limits.add(
          new LimitReport(
              of.limit().toString(),
              of.limit().permits(),
              of.inUse(),
              of.free(),
              of.nextPermitIn().toString()));
    }
    return new BucketReport(
        now.bucket(),
        null,
        limits,
        now.waiting(),
        now.mode().name(),
        now.pausedFor().toString(),
        sharedBy == null ? null : sharedBy.toString());
  }

  private static BucketReport of(KeyedBuckets keyed) {
    List<Snapshot> all = keyed.all().stream().map(Bucket::snapshot).toList();
    return new BucketReport(
        keyed.name(),
        all.size(),
        keyed.limits().stream()
            .map(limit -> new LimitReport(limit.toString(), limit.permits(), null, null, null))
            .toList(),
        all.stream().mapToInt(Snapshot::waiting).sum(),
        keyed.mode().name(),
        all.stream()
            .map(Snapshot::pausedFor)
            .max(Duration::compareTo)
            .orElse(Duration.ZERO)
            .toString(),
        null);
  }
}
