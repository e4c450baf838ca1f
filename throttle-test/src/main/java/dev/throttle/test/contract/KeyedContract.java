package dev.throttle.test.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.ProviderLimit;
import dev.throttle.test.RateLimitedProvider;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every client hook promises of methods whose key or cost is among their arguments, against a
 * provider that has a limit for each key.
 */
public abstract class KeyedContract {

  /** The bucket of each tenant's orders: 3 a second. */
  protected static final String ORDERS = "keyed/orders";

  private static final Duration A_PERIOD_AND_ITS_GUARD = Duration.ofMillis(1_001);

  protected final VirtualTime time = new VirtualTime();
  private volatile Supplier<ProviderAnswer> answer = () -> ProviderAnswer.of(200, "ok");
  protected RateLimitedProvider provider;
  private Buckets before;

  /** Calls a method of {@link #ORDERS} whose key is the tenant; it sends the tenant along. */
  protected abstract CompletableFuture<?> orders(String tenant, int page);

  /** Calls a method of "keyed/weight", 10 a second, whose cost is the weight. */
  protected abstract CompletableFuture<?> weighing(long weight);

  /** Calls a method of "keyed/few", which it only names. */
  protected abstract CompletableFuture<?> few(String tenant);

  @BeforeEach
  void start() {
    before = Throttling.use(Buckets.builder().timeSource(time).build());
    provider =
        RateLimitedProvider.builder()
            .time(time)
            .limitPerKey(
                "/orders",
                ProviderLimit.slidingWindow(3, Duration.ofSeconds(1)),
                request -> request.header("X-Tenant"))
            .answer("/", request -> answer.get())
            .start();
  }

  @AfterEach
  void stop() {
    Throttling.use(before).close();
    provider.close();
  }

  protected final void providerAnswers(ProviderAnswer always) {
    answer = () -> always;
  }

  protected static void assertInUse(String tenant, int permits) {
    assertThat(inUse(tenant)).as("permits of %s", tenant).isEqualTo(permits);
  }

  private static int inUse(String tenant) {
    Bucket bucket = Throttling.buckets().keyed(ORDERS).find(tenant);
    return bucket == null ? 0 : bucket.inUse();
  }

  protected static void awaitAll(List<CompletableFuture<?>> answers) {
    answers.forEach(
        answer -> {
          await().until(answer::isDone);
          answer.join();
        });
  }

  @Test
  void each_key_has_its_own_limit_and_nobody_is_answered_429() {
    List<CompletableFuture<?>> answers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      answers.add(orders("a", i));
      answers.add(orders("b", i));
    }
    awaitAll(answers);
    assertInUse("a", 3);
    assertInUse("b", 3);
    CompletableFuture<?> fourth = orders("a", 4);
    Bucket ofKey = Throttling.buckets().keyed(ORDERS).bucket("a");
    await().until(() -> ofKey.waiting() == 1);
    assertThat(provider.count()).isEqualTo(6);
    time.advance(A_PERIOD_AND_ITS_GUARD);
    awaitAll(List.of(fourth));
    assertInUse("a", 1);
    assertInUse("b", 0);
    assertThat(provider.count()).isEqualTo(7);
    assertThat(provider.refused()).isZero();
  }

  @Test
  void a_call_costs_what_its_argument_says() {
    awaitAll(List.of(weighing(7)));
    CompletableFuture<?> second = weighing(4);
    Bucket bucket = Throttling.buckets().bucket("keyed/weight");
    await().until(() -> bucket.waiting() == 1);
    assertThat(bucket.inUse()).isEqualTo(7);
    time.advance(A_PERIOD_AND_ITS_GUARD);
    awaitAll(List.of(second));
    assertThat(bucket.inUse()).isEqualTo(4);
  }

  @Test
  void an_argument_that_is_no_cost_is_refused_and_nothing_is_sent() {
    assertThatThrownBy(() -> weighing(0).join())
        .satisfies(
            failure ->
                assertThat(
                        failure instanceof IllegalArgumentException ? failure : failure.getCause())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("a cost must be from 1 to 2147483647, but was 0."));
    assertThat(provider.count()).isZero();
  }

  @Test
  void too_many_keys_are_a_refusal_like_others() {
    List<Limit> limits = List.of(Limit.of(3, Duration.ofSeconds(1)));
    Throttling.buckets().defineKeyed("keyed/few", limits, key -> limits, 1, 5);
    awaitAll(List.of(few("a")));
    CompletableFuture<?> refused = few("b");
    await().until(refused::isDone);
    assertThatThrownBy(refused::get)
        .cause()
        .isInstanceOf(ThrottledException.class)
        .hasMessageContaining("maxKeys is 1");
    assertThat(provider.count()).isEqualTo(1);
  }
}
