package dev.throttle.core;

import static dev.throttle.core.Asking.perNanos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Priority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the flight recorder of the JDK shows of waits, refusals and pauses. */
class FlightRecorderTest {

  private final FakeTime time = new FakeTime();
  private final Buckets buckets =
      Buckets.builder().timeSource(time).executor(Runnable::run).build();

  @Test
  void events_have_bucket_wait_and_queue_length(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("throttle.jfr");
    Limit one = perNanos(1, 1_000);
    buckets.define("all", perNanos(9, 1_000));
    buckets.define("users", one);
    buckets.defineKeyed("k", List.of(one), key -> List.of(one), 1, 10);
    buckets.keyedThrottle("k").of("a").acquire();
    Throttle throttle = buckets.throttle("all", "users").withPriority(Priority.LOW);
    throttle.acquire().complete();
    buckets.throttle("all").acquire();
    try (Recording recording = new Recording()) {
      recording.enable("dev.throttle.Wait").withoutThreshold();
      recording.start();
      throttle.acquireAsync();
      CompletableFuture<Permit> second = throttle.acquireAsync();
      assertThatThrownBy(throttle.withMaxWait(Duration.ofNanos(1))::acquire).isNotNull();
      assertThatThrownBy(() -> buckets.keyedThrottle("k").of("b")).isNotNull();
      second.cancel(false);
      buckets.bucket("users").pause(Duration.ofNanos(5_000));
      time.advance(5_000);
      recording.stop();
      recording.dump(file);
    }
    List<String> seen = new ArrayList<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      switch (event.getEventType().getName()) {
        case "dev.throttle.Wait" ->
            seen.add(
                event.getString("buckets")
                    + " for "
                    + event.getString("blocking")
                    + " "
                    + event.getString("priority")
                    + " "
                    + event.getInt("queueLength")
                    + " "
                    + event.getString("outcome"));
        case "dev.throttle.Refusal" ->
            seen.add(
                event.getString("bucket")
                    + " "
                    + event.getString("reason")
                    + " "
                    + event.getDuration("predictedWait").toNanos()
                    + " "
                    + event.getInt("queueLength"));
        case "dev.throttle.Pause" ->
            seen.add(event.getString("bucket") + " paused " + event.getDuration("pause").toNanos());
        default -> {}
      }
    }
    assertThat(seen)
        .containsExactlyInAnyOrder(
            "all + users for users LOW 1 granted",
            "all + users for users LOW 2 cancelled",
            "users MAX_WAIT 3000 2",
            "k MAX_KEYS 0 0",
            "users paused 5000");
  }
}
