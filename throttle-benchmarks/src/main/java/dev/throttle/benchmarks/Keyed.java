package dev.throttle.benchmarks;

/** Limits that are the same for every key, and counted for each by itself. */
@FunctionalInterface
interface Keyed {

  /** Makes a call that takes no time, under a permit of this key. */
  void call(String key) throws InterruptedException;
}
