package dev.throttle.benchmarks;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One permit from a limiter that all threads share, and its completion where the limiter has one.
 *
 * <p>The limit is one permit a nanosecond: nobody ever waits. The period is so short that permits
 * do run out and come back in every JVM, and that work is in the numbers.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PermitBenchmark {

  static final int LIMIT = 100_000_000;
  static final Duration PERIOD = Duration.ofMillis(100);

  /** The name of a {@link PermitSubject}. */
  @Param("FLOOR")
  public String limiter = "";

  @SuppressWarnings("NullAway.Init") // by create()
  private Limiter subject;

  /** Makes the limiter, once in each JVM: no other is ever loaded there. */
  @Setup
  public void create() {
    subject = PermitSubject.valueOf(limiter).limiter(LIMIT, PERIOD);
  }

  /** Begins and ends a call that does nothing. */
  @Benchmark
  public long permit() throws InterruptedException {
    long stamp = subject.begin();
    subject.end(stamp);
    return stamp;
  }
}
