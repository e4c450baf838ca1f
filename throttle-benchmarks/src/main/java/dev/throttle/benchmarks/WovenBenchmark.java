package dev.throttle.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** A call of a method that does next to nothing, bare and limited; nobody ever waits. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WovenBenchmark {

  /** Boxes of smaller results cost nothing: the JDK has them ready. */
  private static final int OUT_OF_CACHE = 1_000_000;

  /** An object without a proxy. */
  @State(Scope.Benchmark)
  public static class Bare {
    private final Work work = new Work();
    private int value = OUT_OF_CACHE;
  }

  /** The same object as a Spring bean. */
  @State(Scope.Benchmark)
  public static class Bean {

    @SuppressWarnings("NullAway.Init") // by start()
    private AnnotationConfigApplicationContext context;

    @SuppressWarnings("NullAway.Init") // by start()
    private Work work;

    private int value = OUT_OF_CACHE;

    /** Starts Spring. */
    @Setup
    public void start() {
      context = new AnnotationConfigApplicationContext(SpringAspect.class);
      work = context.getBean(Work.class);
    }

    /** Stops it. */
    @TearDown
    public void stop() {
      context.close();
    }
  }

  /** The call that the others are compared with. */
  @Benchmark
  public int plain(Bare bare) {
    return bare.work.plain(bare.value);
  }

  /** Woven by ours. */
  @Benchmark
  public int woven(Bare bare) {
    return bare.work.woven(bare.value);
  }

  /** Through resilience4j's aspect. */
  @Benchmark
  public int springAspect(Bean bean) {
    return bean.work.behindSpringAspect(bean.value);
  }
}
