package dev.throttle.core;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/**
 * The events of the JDK's flight recorder: {@code dev.throttle.Wait}, {@code dev.throttle.Refusal}
 * and {@code dev.throttle.Pause}. A call that need not wait has none.
 *
 * <p>A runtime image may come without the module {@code jdk.jfr}; then there are no events.
 */
final class FlightRecorder {

  private static final boolean PRESENT =
      ModuleLayer.boot().findModule("jdk.jfr").isPresent()
          && FlightRecorder.class.getModule().canRead(Event.class.getModule());

  private FlightRecorder() {}

  static void begin(Waiter waiter, Bucket blocking) {
    if (PRESENT) {
      Wait.begin(waiter, blocking);
    }
  }

  static void end(Waiter waiter, String outcome) {
    if (PRESENT && waiter.event instanceof Wait wait) {
      waiter.event = null;
      wait.finish(outcome);
    }
  }

  static void refused(ThrottledException refusal) {
    if (PRESENT) {
      Refusal.write(refusal);
    }
  }

  static void paused(Bucket bucket, long nanos) {
    if (PRESENT) {
      Pause.write(bucket, nanos);
    }
  }

  @Name("dev.throttle.Wait")
  @Label("Throttle wait")
  @Category("Throttle")
  @Description("A call waited for its permit")
  @StackTrace(false)
  static final class Wait extends Event {

    @Label("Buckets")
    @Nullable String buckets;

    @Label("Blocking bucket")
    @Description("The one of the buckets that had no permit when this call came")
    @Nullable String blocking;

    @Label("Priority")
    @Nullable String priority;

    @Label("Queue length")
    @Description("Calls that waited for the blocking bucket when this one came, itself included")
    int queueLength;

    @Label("Outcome")
    @Nullable String outcome;

    static void begin(Waiter waiter, Bucket blocking) {
      Wait wait = new Wait();
      if (wait.isEnabled()) {
        wait.buckets = waiter.throttle.names();
        wait.priority = waiter.throttle.priority().name();
        wait.blocking = blocking.name();
        wait.queueLength = blocking.waiting();
        waiter.event = wait;
        wait.begin();
      }
    }

    void finish(String outcome) {
      this.outcome = outcome;
      commit();
    }
  }

  @Name("dev.throttle.Refusal")
  @Label("Throttle refusal")
  @Category("Throttle")
  @Description("A call was refused, and not made")
  static final class Refusal extends Event {

    @Label("Bucket")
    @Nullable String bucket;

    @Label("Reason")
    @Nullable String reason;

    @Label("Predicted wait")
    @Timespan(Timespan.NANOSECONDS)
    long predictedWait;

    @Label("Queue length")
    int queueLength;

    static void write(ThrottledException refusal) {
      Refusal event = new Refusal();
      if (event.shouldCommit()) {
        event.bucket = refusal.bucket();
        event.reason = refusal.reason().name();
        event.predictedWait = Nanos.saturated(refusal.predictedWait());
        event.queueLength = refusal.waitingBefore();
        event.commit();
      }
    }
  }

  @Name("dev.throttle.Pause")
  @Label("Throttle pause")
  @Category("Throttle")
  @Description("A bucket was paused")
  @StackTrace(false)
  static final class Pause extends Event {

    @Label("Bucket")
    @Nullable String bucket;

    @Label("Pause")
    @Timespan(Timespan.NANOSECONDS)
    long pause;

    static void write(Bucket bucket, long nanos) {
      Pause event = new Pause();
      if (event.shouldCommit()) {
        event.bucket = bucket.name();
        event.pause = nanos;
        event.commit();
      }
    }
  }
}
