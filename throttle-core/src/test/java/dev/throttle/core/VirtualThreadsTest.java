package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** A virtual thread that waits leaves its carrier to others. */
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadsTest {

  private static final int THREADS = 1_000;

  @TempDir Path folder;

  /** This is compiled for a release that has none. */
  private static Thread start(Runnable task) {
    try {
      return (Thread)
          Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void more_wait_than_there_are_carriers_and_none_is_pinned() throws Exception {
    Buckets buckets = Buckets.create();
    buckets.define("users", Limit.concurrent(1));
    Throttle throttle = buckets.throttle("users");
    CountDownLatch done = new CountDownLatch(THREADS);
    Path file = folder.resolve("recording.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ZERO);
      recording.start();
      Permit held = throttle.acquire();
      for (int i = 0; i < THREADS; i++) {
        start(
            () -> {
              try (Permit permit = throttle.acquire()) {
                done.countDown();
              }
            });
      }
      while (buckets.bucket("users").waiting() < THREADS) {
        Thread.onSpinWait();
      }
      held.close();
      done.await();
      recording.dump(file);
    }
    assertThat(RecordingFile.readAllEvents(file))
        .extracting(event -> event.getEventType().getName())
        .contains("dev.throttle.Wait") // so the recording was on
        .doesNotContain("jdk.VirtualThreadPinned");
  }
}
