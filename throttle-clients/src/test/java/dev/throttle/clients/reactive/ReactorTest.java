package dev.throttle.clients.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Throttling;
import dev.throttle.core.plan.MethodPlan;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

/** What Reactor's users rely on beyond {@link EachSubscriptionTest}. */
class ReactorTest {

  private static final Duration A_PERIOD_AND_ITS_GUARD = Duration.ofMillis(1_001);

  private final VirtualTime time = new VirtualTime();
  private Buckets before;

  @BeforeEach
  void useOurs() {
    before = Throttling.use(Buckets.builder().timeSource(time).executor(Runnable::run).build());
  }

  @AfterEach
  void useTheOthersAgain() {
    Throttling.use(before).close();
  }

  private static Bucket bucket() {
    return Throttling.buckets().bucket("api");
  }

  @SuppressWarnings("unchecked")
  private static Mono<String> mono(Mono<String> body) throws Exception {
    MethodPlan plan = Kind.MONO.plan(Kind.Api.class);
    return (Mono<String>) plan.invokeCallSite(() -> body);
  }

  @SuppressWarnings("unchecked")
  private static Flux<Integer> flux(Flux<Integer> body) throws Exception {
    MethodPlan plan = Kind.FLUX.plan(Kind.Api.class);
    return (Flux<Integer>) plan.invokeCallSite(() -> body);
  }

  @Test
  void the_context_of_the_subscriber_reaches_the_method_although_it_waited() throws Exception {
    Mono<String> tenant =
        mono(Mono.deferContextual(context -> Mono.just(context.<String>get("tenant"))));
    StepVerifier.create(tenant.contextWrite(Context.of("tenant", "a")))
        .expectNext("a")
        .verifyComplete();
    StepVerifier.create(tenant.contextWrite(Context.of("tenant", "b")))
        .expectSubscription()
        .then(() -> time.advance(A_PERIOD_AND_ITS_GUARD))
        .expectNext("b")
        .verifyComplete();
  }

  @Test
  void the_context_reaches_a_flux_too() throws Exception {
    Flux<Integer> size =
        flux(Flux.deferContextual(context -> Flux.range(0, context.<Integer>get("size"))));
    StepVerifier.create(size.contextWrite(Context.of("size", 3)))
        .expectNext(0, 1, 2)
        .verifyComplete();
  }

  @Test
  void a_flux_is_asked_for_what_its_subscriber_asks_for_and_no_more() throws Exception {
    List<Long> asked = new ArrayList<>();
    StepVerifier.create(flux(Flux.range(1, 100).hide().doOnRequest(asked::add)), 0)
        .expectSubscription()
        .thenRequest(2)
        .expectNext(1, 2)
        .thenRequest(3)
        .expectNext(3, 4, 5)
        .thenCancel()
        .verify();
    assertThat(asked).containsExactly(2L, 3L);
  }

  @Test
  void what_was_asked_for_while_it_waited_is_not_forgotten() throws Exception {
    Flux<Integer> numbers = flux(Flux.range(1, 100));
    numbers.blockLast();
    StepVerifier.create(numbers, 2)
        .expectSubscription()
        .then(() -> time.advance(A_PERIOD_AND_ITS_GUARD))
        .expectNext(1, 2)
        .thenCancel()
        .verify();
  }

  @Test
  void the_permit_of_a_flux_is_held_until_its_last_item() throws Exception {
    StepVerifier.create(flux(Flux.range(1, 3)), 0)
        .thenRequest(2)
        .expectNext(1, 2)
        .then(() -> time.advance(Duration.ofSeconds(10)))
        .then(() -> assertThat(bucket().inUse()).isEqualTo(1))
        .thenRequest(1)
        .expectNext(3)
        .verifyComplete();
    time.advance(A_PERIOD_AND_ITS_GUARD);
    assertThat(bucket().inUse()).isZero();
  }

  @Test
  void calls_of_the_same_method_in_a_chain_pay_each() throws Exception {
    Mono<String> first = mono(Mono.just("one"));
    Mono<String> second = mono(Mono.just("two"));
    StepVerifier.create(first.flatMap(one -> second))
        .expectSubscription()
        .then(() -> assertThat(bucket().waiting()).isEqualTo(1))
        .then(() -> time.advance(A_PERIOD_AND_ITS_GUARD))
        .expectNext("two")
        .verifyComplete();
  }
}
