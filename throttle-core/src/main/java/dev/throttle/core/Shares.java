package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Which buckets of one {@link Buckets} are shared, and by what. Thread-safe; its own lock. */
final class Shares {

  private final TimeSource time;
  private final Configuration configuration;
  private final @Nullable SharedBy byDefault;
  private final Map<SharedBy, Sharing.Group> groups = new HashMap<>();
  private boolean closed;

  Shares(TimeSource time, Configuration configuration, @Nullable SharedBy byDefault) {
    this.time = time;
    this.configuration = configuration;
    this.byDefault = byDefault == null ? null : configuration.complete(byDefault);
  }

  /** Opens all that the configuration names, so that what is wrong is known at once. */
  void openConfigured() {
    configuration.allSharedBy().forEach(this::group);
    if (byDefault != null) {
      group(byDefault);
    }
  }

  /** Returns by what a bucket is shared from its definition on, or null if it is not. */
  @Nullable SharedBy of(String bucket) {
    return configuration.decidesSharing(bucket) ? configuration.sharedBy(bucket) : byDefault;
  }

  /**
   * Has a bucket grant nothing, and returns who shares it, when others can see it; or null if it
   * stays with this process.
   */
  Sharing.@Nullable Group prepare(Bucket bucket) {
    SharedBy by = of(bucket.name());
    if (by == null) {
      return null;
    }
    Sharing.Group group = group(by);
    try {
      bucket.lease(Collections.nCopies(bucket.limits().size(), 0));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + toKeepLocal(bucket.name(), by), e);
    }
    bucket.family.sharedBy = by;
    return group;
  }

  /** Refuses a name that is to be shared although it has keys. */
  void refuseKeyed(String name) {
    SharedBy by = of(name);
    if (by != null) {
      throw badArgument(
          "bucket '%s' has one bucket for each key, which cannot be shared.%s",
          name, toKeepLocal(name, by));
    }
  }

  private static String toKeepLocal(String name, SharedBy by) {
    return " It is to be shared by "
        + by
        + "; to keep it to this process, configure throttle.buckets."
        + name
        + ".shared=none.";
  }

  /** Shares a bucket that others may use already. */
  synchronized void share(Bucket bucket, SharedBy wanted) {
    SharedBy by = configuration.complete(wanted);
    SharedBy before = bucket.family.sharedBy;
    if (configuration.decidesSharing(bucket.name()) || by.equals(before)) {
      return;
    }
    if (before != null) {
      throw badArgument(
          "%s is shared by %s already, and now again by %s, which differs in: %s. Say it once.",
          bucket, before, by, before.differencesTo(by));
    }
    group(by).add(bucket);
    bucket.family.sharedBy = by;
  }

  private synchronized Sharing.Group group(SharedBy by) {
    if (closed) {
      throw new IllegalStateException("these buckets are closed.");
    }
    Sharing.Group open = groups.get(by);
    if (open == null) {
      open = sharing(by).open(by, time);
      groups.put(by, open);
    }
    return open;
  }

  private static Sharing sharing(SharedBy by) {
    return ServiceLoader.load(Sharing.class, Sharing.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                badArgument(
                    "limits are to be shared by %s, but no module that does so is on the class"
                        + " path. Add dev.throttle:throttle-remote-redis for redis://, or"
                        + " dev.throttle:throttle-remote-http for https://.",
                    by));
  }

  synchronized void close() {
    closed = true;
    groups.values().forEach(Sharing.Group::close);
    groups.clear();
  }
}
