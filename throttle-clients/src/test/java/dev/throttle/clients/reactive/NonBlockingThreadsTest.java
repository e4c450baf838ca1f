package dev.throttle.clients.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.clients.okhttp.ThrottledCallFactory;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Mode;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.ThrottledException.Reason;
import dev.throttle.test.VirtualTime;
import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

/** Blocking calls in threads that must not block. */
class NonBlockingThreadsTest {

  private final VirtualTime time = new VirtualTime();
  private final Buckets buckets = Buckets.builder().timeSource(time).build();
  private final Bucket bucket = buckets.define("api", Limit.of(1, Duration.ofSeconds(1)));
  private final Throttle throttle = throttle();

  private Throttle throttle() {
    buckets.define("api/users", Limit.of(5, Duration.ofSeconds(1)));
    return buckets.throttle("api", "api/users");
  }

  @AfterEach
  void close() {
    buckets.close();
  }

  private static CompletableFuture<Object> on(Executor executor, Callable<?> call) {
    CompletableFuture<Object> result = new CompletableFuture<>();
    executor.execute(
        () -> {
          try {
            result.complete(call.call());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  private Throwable refusalOn(Executor executor) throws InterruptedException {
    throttle.acquire().complete();
    try {
      on(executor, throttle::acquire).get();
      throw new AssertionError("was not refused");
    } catch (ExecutionException e) {
      assertThat(e.getCause())
          .isInstanceOfSatisfying(
              ThrottledException.class,
              refusal -> assertThat(refusal.reason()).isEqualTo(Reason.MUST_NOT_BLOCK));
      assertThat(bucket.waiting()).isZero();
      return e.getCause();
    }
  }

  private void waitsOn(Executor executor) {
    throttle.acquire().complete();
    CompletableFuture<Object> granted = on(executor, throttle::acquire);
    Awaitility.await().until(() -> bucket.waiting() == 1);
    time.advance(Duration.ofMillis(1_001));
    assertThat(granted.join()).isInstanceOf(Permit.class);
  }

  @Test
  void a_call_that_would_wait_on_a_parallel_thread_of_reactor_is_refused_with_the_fix()
      throws InterruptedException {
    assertThat(refusalOn(task -> Schedulers.parallel().schedule(task)))
        .hasMessageMatching(
            "a call through bucket 'api' \\(1 per PT1S\\) \\+ bucket 'api/users' \\(5 per PT1S\\) would"
                + " have to wait, but thread 'parallel-\\d+' must not block: return a Mono, a"
                + " CompletionStage or the like, which waits without a thread, or move the call to"
                + " one that may block, such as those of Schedulers\\.boundedElastic\\(\\)");
  }

  @Test
  void a_thread_of_reactor_that_may_block_waits() {
    waitsOn(task -> Schedulers.boundedElastic().schedule(task));
  }

  @Test
  void a_call_that_need_not_wait_is_made_on_any_thread() {
    CompletableFuture<Object> granted =
        on(task -> Schedulers.parallel().schedule(task), throttle::acquire);
    assertThat(granted.join()).isInstanceOf(Permit.class);
  }

  @Test
  void a_call_that_nobody_holds_up_is_made_on_any_thread() {
    bucket.change(Mode.SHADOW);
    throttle.acquire().complete();
    CompletableFuture<Object> granted =
        on(task -> Schedulers.parallel().schedule(task), throttle::acquire);
    assertThat(granted.join()).isInstanceOf(Permit.class);
  }

  @Test
  void once_it_is_switched_off_every_thread_waits() {
    buckets.setSparesNonBlockingThreads(false);
    waitsOn(task -> Schedulers.parallel().schedule(task));
  }

  @Test
  void an_event_loop_of_netty_is_refused_and_another_executor_is_not() throws InterruptedException {
    DefaultEventLoop loop = new DefaultEventLoop();
    DefaultEventExecutor other = new DefaultEventExecutor();
    try {
      refusalOn(loop);
      time.advance(Duration.ofMillis(1_001));
      waitsOn(other);
    } finally {
      loop.shutdownGracefully();
      other.shutdownGracefully();
    }
  }

  @Test
  void an_event_loop_of_vertx_is_refused_and_its_workers_are_not() throws InterruptedException {
    Vertx vertx = Vertx.vertx();
    try {
      refusalOn(task -> vertx.runOnContext(none -> task.run()));
      time.advance(Duration.ofMillis(1_001));
      waitsOn(
          task ->
              vertx.executeBlocking(
                  () -> {
                    task.run();
                    return "done";
                  }));
    } finally {
      vertx.close();
    }
  }

  @Test
  void a_hook_that_waits_by_a_future_refuses_too_and_leaves_the_queue() {
    UriRules rules = UriRules.of(buckets).when("127.0.0.1:*/**").pass("api");
    Call.Factory calls = ThrottledCallFactory.of(new OkHttpClient(), rules);
    throttle.acquire().complete();
    Request request = new Request.Builder().url("http://127.0.0.1:1/").build();
    CompletableFuture<Object> refused =
        on(task -> Schedulers.parallel().schedule(task), calls.newCall(request)::execute);
    assertThatThrownBy(refused::join)
        .hasCauseInstanceOf(ThrottledException.class)
        .hasMessageContaining("must not block");
    assertThat(bucket.waiting()).isZero();
  }
}
