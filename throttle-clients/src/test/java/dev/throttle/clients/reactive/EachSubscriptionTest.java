package dev.throttle.clients.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import dev.throttle.core.plan.MethodPlan;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.publisher.TestPublisher;

/** What holds for methods of all reactive types, woven as a body or called through a call site. */
class EachSubscriptionTest {

  private static final Duration A_PERIOD_AND_ITS_GUARD = Duration.ofMillis(1_001);

  /** Where the call is woven. */
  enum Way {
    BODY {
      @Override
      Object invoke(MethodPlan plan, Callable<Object> call) throws Exception {
        return plan.invoke(call);
      }
    },
    CALL_SITE {
      @Override
      Object invoke(MethodPlan plan, Callable<Object> call) throws Exception {
        return plan.invokeCallSite(call);
      }
    };

    abstract Object invoke(MethodPlan plan, Callable<Object> call) throws Exception;
  }

  static Stream<Arguments> everything() {
    return Stream.of(Kind.values())
        .flatMap(kind -> Stream.of(Way.values()).map(way -> Arguments.of(kind, way)));
  }

  private final VirtualTime time = new VirtualTime();
  private final AtomicInteger made = new AtomicInteger();
  private final List<TestPublisher<String>> sources = new ArrayList<>();
  private Buckets before;

  @BeforeEach
  void useOurs() {
    before = Throttling.use(Buckets.builder().timeSource(time).executor(Runnable::run).build());
    Throttling.buckets().define("api", Limit.of(1, Duration.ofSeconds(1)));
  }

  @AfterEach
  void useTheOthersAgain() {
    Throttling.use(before).close();
  }

  private static Bucket bucket() {
    return Throttling.buckets().bucket("api");
  }

  /** Makes one more source at each call. */
  private Object source(Kind kind) {
    made.incrementAndGet();
    TestPublisher<String> source = TestPublisher.create();
    sources.add(source);
    return kind.of(source);
  }

  private Flux<?> call(Kind kind, Way way, Publisher<String> source) throws Exception {
    return kind.seen(
        way.invoke(
            kind.plan(Kind.Api.class),
            () -> {
              made.incrementAndGet();
              return kind.of(source);
            }));
  }

  private Flux<?> call(Kind kind, Way way) throws Exception {
    return kind.seen(way.invoke(kind.plan(Kind.Api.class), () -> source(kind)));
  }

  @ParameterizedTest
  @MethodSource("everything")
  void calling_is_free_and_each_subscription_takes_a_permit(Kind kind, Way way) throws Exception {
    Flux<?> called = call(kind, way, Mono.just("one"));
    assertThat(made).hasValue(0);
    assertThat(bucket().inUse()).isZero();
    CompletableFuture<?> first = called.then().toFuture();
    assertThat(first).isCompleted();
    assertThat(bucket().inUse()).isEqualTo(1);
    CompletableFuture<?> second = called.then().toFuture();
    assertThat(bucket().waiting()).isEqualTo(1);
    assertThat(made).hasValue(1);
    time.advance(A_PERIOD_AND_ITS_GUARD);
    assertThat(second).isCompleted();
    assertThat(made).hasValue(2);
  }

  @ParameterizedTest
  @MethodSource("everything")
  void an_item_gets_through(Kind kind, Way way) throws Exception {
    List<?> items = call(kind, way, Mono.just("one")).collectList().block();
    assertThat(items.toString()).isEqualTo(kind == Kind.COMPLETABLE ? "[]" : "[one]");
  }

  @ParameterizedTest
  @MethodSource("everything")
  void cancelled_while_it_waits_it_is_never_made_and_leaves_the_queue(Kind kind, Way way)
      throws Exception {
    Flux<?> called = call(kind, way);
    Disposable first = called.subscribe();
    Disposable second = called.subscribe();
    assertThat(bucket().waiting()).isEqualTo(1);
    second.dispose();
    assertThat(bucket().waiting()).isZero();
    first.dispose();
    time.advance(A_PERIOD_AND_ITS_GUARD);
    assertThat(made).hasValue(1);
    assertThat(bucket().inUse()).isZero();
  }

  @ParameterizedTest
  @MethodSource("everything")
  void its_permit_is_held_until_it_is_cancelled(Kind kind, Way way) throws Exception {
    Disposable subscribed = call(kind, way).subscribe();
    time.advance(Duration.ofSeconds(10));
    assertThat(bucket().inUse()).isEqualTo(1);
    sources.get(0).assertNotCancelled();
    subscribed.dispose();
    sources.get(0).assertCancelled();
    assertComplete();
  }

  @ParameterizedTest
  @MethodSource("everything")
  void its_permit_is_held_until_it_fails(Kind kind, Way way) throws Exception {
    CompletableFuture<?> subscribed = call(kind, way).then().toFuture();
    time.advance(Duration.ofSeconds(10));
    assertThat(bucket().inUse()).isEqualTo(1);
    sources.get(0).error(new IllegalStateException("broken"));
    assertThat(subscribed).isCompletedExceptionally();
    assertComplete();
  }

  private void assertComplete() {
    assertThat(bucket().inUse()).isEqualTo(1);
    time.advance(A_PERIOD_AND_ITS_GUARD);
    assertThat(bucket().inUse()).isZero();
  }

  @ParameterizedTest
  @MethodSource("everything")
  void a_subscriber_that_is_told_of_the_end_finds_the_permit_complete(Kind kind, Way way)
      throws Exception {
    Throttling.buckets().bucket("api").change(Limit.concurrent(1));
    Flux<?> called = call(kind, way, Mono.error(new IllegalStateException("broken")));
    CompletableFuture<?> retried = called.retry(3).then().toFuture();
    assertThat(retried).isCompletedExceptionally();
    assertThat(made).hasValue(4);
    assertThat(bucket().inUse()).isZero();
  }

  @ParameterizedTest
  @MethodSource("everything")
  void a_retry_pays_again(Kind kind, Way way) throws Exception {
    Flux<?> called = call(kind, way, Mono.error(new IllegalStateException("broken")));
    CompletableFuture<?> retried = called.retry(1).then().toFuture();
    assertThat(made).hasValue(1);
    assertThat(bucket().waiting()).isEqualTo(1);
    time.advance(A_PERIOD_AND_ITS_GUARD);
    assertThat(made).hasValue(2);
    assertThat(retried).isCompletedExceptionally();
  }

  @ParameterizedTest
  @EnumSource
  void a_refusal_is_an_error_signal(Kind kind) throws Exception {
    call(kind, Way.BODY).subscribe();
    Object refusing = kind.plan(Kind.Refusing.class).invoke(() -> source(kind));
    assertRefused(kind.seen(refusing), "bucket 'api' (1 per PT1S) is full");
    assertThat(made).hasValue(1);
    assertThat(bucket().waiting()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void too_many_keys_are_a_refusal_like_others(Kind kind) throws Exception {
    List<Limit> limits = List.of(Limit.of(1, Duration.ofSeconds(1)));
    Throttling.buckets().defineKeyed("keyed", limits, key -> limits, 1, 5);
    MethodPlan plan = kind.plan(Kind.Keyed.class);
    Flux<?> one = kind.seen(plan.invoke(new Object[] {"a"}, () -> source(kind)));
    one.subscribe();
    Object other = plan.invokeCallSite(new Object[] {"b"}, () -> source(kind));
    assertRefused(kind.seen(other), "maxKeys is 1");
    assertThat(made).hasValue(1);
  }

  private static void assertRefused(Flux<?> refused, String message) {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    refused.subscribe(item -> {}, failure::set);
    assertThat(failure.get()).isInstanceOf(ThrottledException.class).hasMessageContaining(message);
  }

  @ParameterizedTest
  @MethodSource("everything")
  void what_the_body_throws_is_an_error_signal(Kind kind, Way way) throws Exception {
    Exception thrown = new Exception("checked");
    Object called =
        way.invoke(
            kind.plan(Kind.Api.class),
            () -> {
              throw thrown;
            });
    AtomicReference<Throwable> failure = new AtomicReference<>();
    kind.seen(called).subscribe(item -> {}, failure::set);
    assertThat(failure).hasValue(thrown);
    assertComplete();
  }

  @ParameterizedTest
  @MethodSource("everything")
  void a_body_that_returns_null_is_an_error_signal(Kind kind, Way way) throws Exception {
    Object called = way.invoke(kind.plan(Kind.Api.class), () -> null);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    kind.seen(called).subscribe(item -> {}, failure::set);
    assertThat(failure.get()).isInstanceOf(NullPointerException.class);
    assertComplete();
  }

  @ParameterizedTest
  @EnumSource
  void a_call_site_that_meets_the_body_charges_once_per_subscription(Kind kind) throws Exception {
    MethodPlan site = kind.plan(Kind.Api.class);
    MethodPlan body = kind.plan(Kind.Body.class);
    Flux<?> called = kind.seen(site.invokeCallSite(() -> body.invoke(() -> source(kind))));
    called.subscribe();
    called.subscribe();
    assertThat(bucket().waiting()).isEqualTo(1);
    assertThat(made).hasValue(1);
    sources.get(0).complete();
    time.advance(A_PERIOD_AND_ITS_GUARD);
    assertThat(made).hasValue(2);
    assertThat(bucket().waiting()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void what_a_subscriber_calls_when_it_is_told_at_once_is_not_paid_for(Kind kind) throws Exception {
    MethodPlan site = kind.plan(Kind.Api.class);
    Flux<?> called = kind.seen(site.invokeCallSite(() -> kind.of(Mono.just("one"))));
    AtomicReference<Object> due = new AtomicReference<>();
    called.doOnTerminate(() -> due.set(site.due())).subscribe();
    assertThat(due).hasValue(site.throttle());
  }

  @ParameterizedTest
  @EnumSource
  void a_hook_that_sends_on_subscription_finds_it_paid_once(Kind kind) throws Exception {
    MethodPlan site = kind.plan(Kind.Api.class);
    List<Object> due = new ArrayList<>();
    Mono<String> sending =
        Mono.fromCallable(
            () -> {
              due.add(site.due());
              due.add(site.due());
              return "sent";
            });
    Flux<?> called = kind.seen(site.invokeCallSite(() -> kind.of(sending)));
    called.subscribe();
    assertThat(due).containsExactly(null, site.throttle());
  }

  @ParameterizedTest
  @MethodSource("everything")
  void a_subscription_that_waited_is_granted_on_the_executor(Kind kind, Way way) throws Exception {
    List<Runnable> tasks = new ArrayList<>();
    Throttling.use(Buckets.builder().timeSource(time).executor(tasks::add).build()).close();
    Flux<?> called = call(kind, way);
    called.subscribe();
    called.subscribe();
    assertThat(made).hasValue(1);
    sources.get(0).complete();
    time.advance(A_PERIOD_AND_ITS_GUARD);
    assertThat(made).hasValue(1);
    tasks.forEach(Runnable::run);
    assertThat(made).hasValue(2);
  }

  @ParameterizedTest
  @MethodSource("everything")
  void cancelled_between_the_grant_and_its_start_it_is_never_made(Kind kind, Way way)
      throws Exception {
    List<Runnable> tasks = new ArrayList<>();
    Throttling.use(Buckets.builder().timeSource(time).executor(tasks::add).build()).close();
    Flux<?> called = call(kind, way);
    called.subscribe();
    Disposable second = called.subscribe();
    sources.get(0).complete();
    time.advance(A_PERIOD_AND_ITS_GUARD);
    second.dispose();
    tasks.forEach(Runnable::run);
    assertThat(made).hasValue(1);
    assertThat(bucket().inUse()).isZero();
  }
}
