package dev.throttle.test.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.ThrottleListener;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.RateLimitedProvider;
import dev.throttle.test.VirtualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every client hook promises, over a real socket and on virtual time. */
public abstract class HookContract {

  private static final Duration A_PERIOD_AND_ITS_GUARD = Duration.ofMillis(1_001);

  protected final VirtualTime time = new VirtualTime();
  private final CountDownLatch held = new CountDownLatch(1);
  private volatile Supplier<ProviderAnswer> answer = () -> ProviderAnswer.of(200, "ok");
  protected RateLimitedProvider provider;
  private Buckets before;

  /**
   * Returns a client with a read time-out of two seconds and without retries.
   *
   * @param timesInstalled how often the hook is installed in it
   */
  protected abstract HookedClient client(String baseUrl, int timesInstalled);

  /** Returns whether the calling thread waits. */
  protected abstract boolean blocks();

  /** Returns whether cancelling a call ends a request that was sent. */
  protected abstract boolean cancelsRequests();

  @BeforeEach
  void start() {
    before = Throttling.use(Buckets.builder().timeSource(time).build());
    provider = RateLimitedProvider.builder().answer("/", request -> answer.get()).start();
  }

  @AfterEach
  void stop() {
    held.countDown();
    Throttling.use(before).close();
    provider.close();
  }

  protected final HookedClient client() {
    return client(provider.baseUrl(), 1);
  }

  protected static Bucket bucket(Endpoint endpoint) {
    return Throttling.buckets().bucket(endpoint.bucket());
  }

  protected static Bucket bucket() {
    return bucket(Endpoint.METHOD);
  }

  protected final void providerHoldsItsAnswers() {
    answer =
        () -> {
          try {
            held.await(1, TimeUnit.MINUTES);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return ProviderAnswer.of(200, "late");
        };
  }

  protected final void providerAnswers(ProviderAnswer always) {
    answer = () -> always;
  }

  protected static void awaitDone(CompletableFuture<?> future) {
    await().until(future::isDone);
  }

  /** Fails, where {@code join} would hang, if a permit never comes. */
  private static void awaitAnswer(CompletableFuture<?> future) {
    awaitDone(future);
    future.join();
  }

  protected static void awaitWaiting(int calls) {
    await().until(() -> bucket().waiting() == calls);
  }

  protected final void awaitNothingInUse() {
    await()
        .until(
            () -> {
              time.advance(A_PERIOD_AND_ITS_GUARD);
              return bucket().inUse() == 0;
            });
  }

  // ---- the contract

  @ParameterizedTest
  @EnumSource
  void a_request_takes_one_permit_whatever_says_which(Endpoint endpoint) {
    awaitAnswer(client().send(endpoint));
    assertThat(bucket(endpoint).inUse()).isEqualTo(1);
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void a_second_request_is_sent_one_period_after_the_first_is_complete() {
    HookedClient client = client();
    awaitAnswer(client.send(Endpoint.METHOD));
    CompletableFuture<?> second = client.send(Endpoint.METHOD);
    awaitWaiting(1);
    time.advance(A_PERIOD_AND_ITS_GUARD.minusNanos(1_000_000));
    assertThat(provider.count()).isEqualTo(1);
    time.advance(Duration.ofMillis(1));
    awaitAnswer(second);
    assertThat(provider.count()).isEqualTo(2);
    assertThat(bucket().inUse()).isEqualTo(1);
  }

  @Test
  void a_call_by_reflection_takes_a_permit() throws ReflectiveOperationException {
    awaitAnswer(client().sendReflectively());
    assertThat(bucket().inUse()).isEqualTo(1);
  }

  @Test
  void a_call_by_method_reference_takes_a_permit() {
    Supplier<CompletableFuture<?>> reference = new Reference(client())::send;
    awaitAnswer(reference.get());
    assertThat(bucket().inUse()).isEqualTo(1);
  }

  private record Reference(HookedClient client) {
    CompletableFuture<?> send() {
      return client.send(Endpoint.METHOD);
    }
  }

  @Test
  void a_request_of_which_nothing_is_said_takes_none() {
    HookedClient client = client();
    awaitAnswer(client.sendUnthrottled());
    awaitAnswer(client.sendUnthrottled());
    assertThat(provider.count()).isEqualTo(2);
    assertThat(Throttling.buckets().all()).allMatch(bucket -> bucket.inUse() == 0);
  }

  @Test
  void a_hook_that_is_installed_twice_charges_once() {
    HookedClient client = client(provider.baseUrl(), 2);
    awaitAnswer(client.send(Endpoint.METHOD));
    CompletableFuture<?> second = client.send(Endpoint.METHOD);
    awaitWaiting(1);
    time.advance(A_PERIOD_AND_ITS_GUARD);
    awaitAnswer(second);
    assertThat(provider.count()).isEqualTo(2);
  }

  @Test
  void cancelling_a_call_that_waits_sends_nothing_and_frees_its_place() {
    HookedClient client = client();
    awaitAnswer(client.send(Endpoint.METHOD));
    CompletableFuture<?> cancelled = client.send(Endpoint.METHOD);
    awaitWaiting(1);
    cancelled.cancel(true);
    awaitWaiting(0);
    awaitNothingInUse();
    awaitAnswer(client.send(Endpoint.METHOD));
    assertThat(provider.count()).isEqualTo(2);
  }

  @Test
  void cancelling_a_call_that_was_sent_completes_its_permit() {
    HookedClient client = client();
    providerHoldsItsAnswers();
    CompletableFuture<?> cancelled = client.send(Endpoint.METHOD);
    await().until(() -> provider.inFlight() == 1);
    time.advance(Duration.ofSeconds(5));
    assertThat(bucket().inUse()).isEqualTo(1);
    cancelled.cancel(true);
    if (!cancelsRequests()) {
      held.countDown();
    }
    awaitNothingInUse();
  }

  @Test
  void a_refusal_reaches_the_caller_and_nothing_is_sent() {
    HookedClient client = client();
    awaitAnswer(client.send(Endpoint.METHOD));
    CompletableFuture<?> refused = client.sendUnlessBusy();
    awaitDone(refused);
    assertThatThrownBy(refused::get)
        .cause()
        .isInstanceOf(ThrottledException.class)
        .hasMessageContaining("bucket 'api/method' (1 per PT1S) is full");
    assertThat(provider.count()).isEqualTo(1);
    assertThat(bucket().waiting()).isZero();
  }

  @Test
  void waiting_calls_hold_no_thread() {
    Assumptions.assumeFalse(blocks());
    HookedClient client = client();
    awaitAnswer(client.send(Endpoint.METHOD));
    int threads = Thread.getAllStackTraces().size();
    List<CompletableFuture<?>> waiting = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      waiting.add(client.send(Endpoint.METHOD));
    }
    assertThat(bucket().waiting()).isEqualTo(1_000);
    assertThat(Thread.getAllStackTraces().size()).isLessThan(threads + 20);
    waiting.forEach(future -> future.cancel(true));
    // Who cancels and who is told of it may share the work that a cancelled future has to do.
    awaitWaiting(0);
    assertThat(provider.count()).isEqualTo(1);
  }

  // ---- what the provider says

  @Test
  void an_answer_that_says_when_to_retry_holds_up_those_who_wait_already() {
    HookedClient client = client();
    providerAnswers(ProviderAnswer.of(429, "{}").header("Retry-After", "5"));
    awaitDone(client.send(Endpoint.METHOD));
    CompletableFuture<?> next = client.send(Endpoint.METHOD);
    awaitWaiting(1);
    providerAnswers(ProviderAnswer.of(200, "ok"));
    time.advance(Duration.ofMillis(4_999));
    assertThat(bucket().waiting()).isEqualTo(1);
    time.advance(Duration.ofMillis(1));
    awaitAnswer(next);
    assertThat(provider.count()).isEqualTo(2);
  }

  @Test
  void what_others_have_used_is_out_of_use() {
    AtomicInteger usedByOthers = new AtomicInteger();
    Throttling.buckets()
        .listen(
            new ThrottleListener() {
              @Override
              public void usedByOthers(Bucket bucket, int permits) {
                usedByOthers.addAndGet(permits);
              }
            });
    HookedClient client = client();
    providerAnswers(
        ProviderAnswer.of(429, "{}")
            .header("X-RateLimit-Limit", "1")
            .header("X-RateLimit-Remaining", "0"));
    awaitDone(client.send(Endpoint.METHOD));
    assertThat(usedByOthers).hasValue(1);
    // The refused call was not counted: its permit is given back, and another is out of use.
    assertThat(bucket().inUse()).isEqualTo(1);
    awaitNothingInUse();
  }

  // ---- bad providers

  @Test
  void a_server_error_leaks_no_permit() {
    providerAnswers(ProviderAnswer.of(500, "{}"));
    leaksNothing(provider.baseUrl());
  }

  @Test
  void a_provider_that_hangs_up_leaks_no_permit() {
    providerAnswers(ProviderAnswer.hangUp());
    leaksNothing(provider.baseUrl());
  }

  @Test
  void a_truncated_answer_leaks_no_permit() {
    providerAnswers(ProviderAnswer.of(200, "half of it").truncated());
    leaksNothing(provider.baseUrl());
  }

  @Test
  void a_read_time_out_leaks_no_permit() {
    providerHoldsItsAnswers();
    leaksNothing(provider.baseUrl());
  }

  @Test
  void a_refused_connection_leaks_no_permit() throws IOException {
    String gone;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      gone = "http://127.0.0.1:" + socket.getLocalPort();
    }
    leaksNothing(gone);
  }

  @Test
  void garbage_leaks_no_permit() throws IOException {
    try (BadServer server = BadServer.garbage()) {
      leaksNothing(server.baseUrl());
    }
  }

  @Test
  void a_reset_connection_leaks_no_permit() throws IOException {
    try (BadServer server = BadServer.resetting()) {
      leaksNothing(server.baseUrl());
    }
  }

  private void leaksNothing(String baseUrl) {
    CompletableFuture<?> failed = client(baseUrl, 1).send(Endpoint.METHOD);
    awaitDone(failed);
    assertThat(bucket().inUse()).isLessThanOrEqualTo(1); // none where nothing was sent
    time.advance(A_PERIOD_AND_ITS_GUARD);
    assertThat(bucket().inUse()).isZero();
    assertThat(bucket().waiting()).isZero();
  }
}
