package dev.throttle.clients.retrofit;

import dev.throttle.core.Throttling;

/** Whether anything was asked of a bucket yet: a bucket is defined when its first call is due. */
final class Throttles {

  private Throttles() {}

  static boolean none() {
    return Throttling.buckets().all().isEmpty();
  }
}
