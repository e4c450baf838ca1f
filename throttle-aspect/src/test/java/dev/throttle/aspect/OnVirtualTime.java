package dev.throttle.aspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Throttling;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fresh buckets on a clock that stands still, so that what a bucket has in use is what it was
 * charged.
 */
final class OnVirtualTime implements BeforeEachCallback, AfterEachCallback {

  private final Executor executor;
  private VirtualTime time = new VirtualTime();
  private Buckets before = Throttling.buckets();

  OnVirtualTime() {
    this(Runnable::run);
  }

  OnVirtualTime(Executor executor) {
    this.executor = executor;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    time = new VirtualTime();
    before = Throttling.use(Buckets.builder().timeSource(time).executor(executor).build());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Throttling.use(before).close();
  }

  void advance(Duration span) {
    time.advance(span);
  }

  void assertCharged(String bucket, int permits) {
    assertThat(charged(bucket)).as("permits of %s", bucket).isEqualTo(permits);
  }

  void assertCharged(String bucket, Object key, int permits) {
    Bucket ofKey = Throttling.buckets().keyed(bucket).find(key);
    assertThat(ofKey == null ? 0 : ofKey.inUse())
        .as("permits of %s for %s", bucket, key)
        .isEqualTo(permits);
  }

  void assertNothingCharged() {
    assertThat(Throttling.buckets().all()).allSatisfy(b -> assertThat(b.inUse()).isZero());
  }

  int charged(String name) {
    Bucket bucket = Throttling.buckets().find(name);
    return bucket == null ? 0 : bucket.inUse();
  }
}
