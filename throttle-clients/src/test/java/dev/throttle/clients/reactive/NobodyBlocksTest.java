package dev.throttle.clients.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.throttle.annotation.Throttle;
import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttling;
import dev.throttle.core.plan.MethodPlan;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** BlockHound watches the threads on which everything runs here but the timer. */
class NobodyBlocksTest {

  interface AtHighSpeed {
    @Throttle("api")
    Flux<Integer> flux();
  }

  private static final int CALLS = 2_000;

  private final Scheduler parallel = Schedulers.newParallel("hunted", 4);
  private Buckets before;

  @BeforeAll
  static void release() {
    BlockHound.builder()
        .loadIntegrations()
        .nonBlockingThreadPredicate(usual -> NobodyBlocksTest::isHunted)
        .install();
  }

  /** No other: tests in the same JVM may block. */
  private static boolean isHunted(Thread thread) {
    return thread.getName().startsWith("hunted");
  }

  @BeforeEach
  void useOurs() {
    before = Throttling.use(Buckets.builder().executor(parallel::schedule).build());
    Throttling.buckets().define("api", Limit.of(100, Duration.ofMillis(10)));
  }

  @AfterEach
  void useTheOthersAgain() {
    Throttling.use(before).close();
    parallel.dispose();
  }

  @Test
  void the_hound_bites() {
    Mono<Boolean> blocking =
        Mono.fromCallable(() -> new CountDownLatch(1).await(1, TimeUnit.MINUTES));
    assertThatThrownBy(() -> blocking.subscribeOn(parallel).block())
        .hasCauseInstanceOf(BlockingOperationError.class);
  }

  @Test
  void nobody_blocks_who_subscribes_waits_and_is_told() {
    MethodPlan plan = Kind.FLUX.plan(AtHighSpeed.class);
    Flux<?> answers =
        Flux.range(0, CALLS)
            .flatMap(i -> Flux.defer(() -> call(plan)).subscribeOn(parallel), CALLS);
    assertThat(answers.count().block()).isEqualTo(2 * CALLS);
  }

  @Test
  void nobody_blocks_who_cancels() {
    MethodPlan plan = Kind.FLUX.plan(AtHighSpeed.class);
    Flux<?> answers =
        Flux.range(0, CALLS)
            .flatMap(
                i ->
                    Flux.defer(() -> call(plan))
                        .subscribeOn(parallel)
                        .takeUntilOther(Mono.delay(Duration.ofMillis(5), parallel)),
                CALLS);
    assertThat(answers.count().block()).isLessThanOrEqualTo(2 * CALLS);
    Bucket bucket = Throttling.buckets().bucket("api");
    await().until(() -> bucket.waiting() == 0 && bucket.inUse() == 0);
  }

  private static Flux<?> call(MethodPlan plan) {
    try {
      return (Flux<?>) plan.invokeCallSite(() -> Flux.just(1, 2));
    } catch (Exception e) {
      return Flux.error(e);
    }
  }
}
