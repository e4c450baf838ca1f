package dev.throttle.demo.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.Bucket;
import dev.throttle.core.Limit;
import dev.throttle.core.Mode;
import dev.throttle.core.Permit;
import dev.throttle.core.Snapshot;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottleListener;
import dev.throttle.core.ThrottledException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/live.md. */
class LiveGuideTest extends Guide {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Provider provider = new Provider(time);
  private Throttle throttle;

  @BeforeEach
  void define() {
    buckets.define("api.foo.com/users", Limit.of(10, MINUTE));
    throttle = buckets.throttle("api.foo.com/users");
  }

  private List<CompletableFuture<String>> send(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> throttle.callAsync(() -> provider.answer("ok", 1)))
        .toList();
  }

  @Test
  void aLimit() {
    List<CompletableFuture<String>> calls = send(50);
    time.advance(Duration.ofSeconds(1));
    assertThat(done(calls)).isEqualTo(10);

    Bucket users = buckets.bucket("api.foo.com/users");
    users.change(Limit.of(50, Duration.ofMinutes(1))); // those who wait go now

    time.advance(Duration.ofSeconds(1));
    assertThat(done(calls)).isEqualTo(50);

    users.change(Limit.of(5, Duration.ofMinutes(1))); // nothing is free until 46 are back
    assertThat(users.snapshot().free()).isZero();
    assertThat(users.inUse()).isEqualTo(50);
  }

  @Test
  void aPause() {
    Bucket users = buckets.bucket("api.foo.com/users");
    users.pause(Duration.ofSeconds(30)); // also for those who wait already
    List<CompletableFuture<String>> calls = send(1);
    time.advance(Duration.ofSeconds(29));
    assertThat(calls.get(0)).isNotDone();

    users.resume();

    time.advance(Duration.ofSeconds(1));
    assertThat(calls.get(0)).isDone();
  }

  @Test
  void modes() {
    send(10);
    Bucket users = buckets.bucket("api.foo.com/users");
    CompletableFuture<Permit> waiting = throttle.acquireAsync();

    users.change(Mode.REJECT);
    assertThat(waiting).isCompletedExceptionally();
    assertThatThrownBy(() -> throttle.acquire())
        .isInstanceOf(ThrottledException.class)
        .hasMessageContaining("maxWait is 0 s");

    users.change(Mode.SHADOW);
    throttle.acquire().complete();
    assertThat(users.inUse()).isEqualTo(11);

    users.change(Mode.WAIT);
    assertThat(throttle.tryAcquire()).isNull();
  }

  @Test
  void aShadow_isNotHeldUpByItsPause() {
    Bucket users = buckets.bucket("api.foo.com/users");
    users.change(Mode.SHADOW);

    users.pause(MINUTE);

    assertThat(throttle.acquireAsync()).isCompleted();
  }

  @Test
  void theSwitch() {
    List<CompletableFuture<String>> calls = send(20);

    buckets.setEnabled(false); // nobody waits any more, and all is counted still

    time.advance(Duration.ofSeconds(1));
    assertThat(done(calls)).isEqualTo(20);

    buckets.setEnabled(true);
    assertThat(throttle.tryAcquire()).isNull();
  }

  @Test
  void whatABucketLooksLike() {
    send(12);
    time.advance(Duration.ofSeconds(20));

    Snapshot now = buckets.bucket("api.foo.com/users").snapshot();
    Duration wait = throttle.predict();

    assertThat(now.free()).isZero();
    assertThat(now.limits().get(0).inUse()).isEqualTo(10);
    assertThat(now.waiting()).isEqualTo(2);
    assertThat(now.nextPermitIn()).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(41));
    assertThat(wait).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(41));
    assertThat(throttle.predict(10)).isGreaterThan(Duration.ofSeconds(100));
  }

  /** What a new limit would do to calls that nobody limits yet. */
  static final class WouldWait implements ThrottleListener {

    final LongAdder calls = new LongAdder();
    volatile Duration longest = Duration.ZERO;

    @Override
    public void wouldHaveWaited(Throttle throttle, Bucket bucket, Duration predicted) {
      calls.increment();
      longest = predicted.compareTo(longest) > 0 ? predicted : longest;
    }
  }

  @Test
  void rollOut() {
    WouldWait report = new WouldWait();
    buckets.listen(report);
    Bucket users = buckets.bucket("api.foo.com/users");
    users.change(Mode.SHADOW);

    send(15); // a day later
    assertThat(report.calls.sum()).isEqualTo(5);
    assertThat(report.longest).isBetween(MINUTE, MINUTE.plusMillis(1));

    users.change(Mode.WAIT);
    assertThat(throttle.tryAcquire()).isNull();
  }

  @Test
  void events(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("throttle.jfr");
    List<String> seen = new ArrayList<>();
    try (Recording recording = new Recording()) {
      recording.start();
      List<CompletableFuture<String>> calls = send(11);
      buckets.bucket("api.foo.com/users").pause(Duration.ofSeconds(1));
      untilDone(calls);
      try (Permit permit = throttle.acquire()) {
        permit.adjust(10);
      }
      assertThatThrownBy(() -> throttle.withMaxWait(Duration.ZERO).acquire()).isNotNull();
      recording.stop();
      recording.dump(file);
    }
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      if (event.getEventType().getName().startsWith("dev.throttle.")) {
        seen.add(event.getEventType().getName());
      }
    }
    assertThat(seen)
        .containsExactlyInAnyOrder(
            "dev.throttle.Wait", "dev.throttle.Pause", "dev.throttle.Refusal");
  }
}
