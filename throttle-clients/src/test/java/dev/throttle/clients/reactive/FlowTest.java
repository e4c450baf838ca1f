package dev.throttle.clients.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.Buckets;
import dev.throttle.core.Throttling;
import dev.throttle.core.plan.MethodPlan;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.FlowAdapters;
import reactor.core.publisher.Flux;

/** The rules of {@code java.util.concurrent.Flow} for a subscription that waits. */
class FlowTest {

  private static final Duration A_PERIOD_AND_ITS_GUARD = Duration.ofMillis(1_001);

  private final VirtualTime time = new VirtualTime();
  private final List<Long> asked = new ArrayList<>();
  private int cancelled;
  private Buckets before;

  @BeforeEach
  void useOurs() {
    before = Throttling.use(Buckets.builder().timeSource(time).executor(Runnable::run).build());
  }

  @AfterEach
  void useTheOthersAgain() {
    Throttling.use(before).close();
  }

  /** Notes all signals and asks for nothing. */
  private static class Noting implements Flow.Subscriber<Object> {
    final List<Object> signals = new ArrayList<>();
    Flow.Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      signals.add("subscribed");
    }

    @Override
    public void onNext(Object item) {
      signals.add(item);
    }

    @Override
    public void onError(Throwable failure) {
      signals.add(failure.getMessage());
    }

    @Override
    public void onComplete() {
      signals.add("complete");
    }
  }

  @SuppressWarnings("unchecked")
  private Flow.Publisher<Object> numbers() throws Exception {
    MethodPlan plan = Kind.FLOW.plan(Kind.Api.class);
    Flux<Object> body =
        Flux.<Object>just(1, 2, 3).hide().doOnRequest(asked::add).doOnCancel(() -> cancelled++);
    return (Flow.Publisher<Object>) plan.invoke(() -> FlowAdapters.toFlowPublisher(body));
  }

  private static Noting subscribe(Flow.Publisher<Object> publisher) {
    Noting noting = new Noting();
    publisher.subscribe(noting);
    return noting;
  }

  /** Returns a subscription that waits. */
  private Noting waiting() throws Exception {
    Flow.Publisher<Object> numbers = numbers();
    subscribe(numbers).subscription.cancel();
    asked.clear();
    cancelled = 0;
    return subscribe(numbers);
  }

  private void grant() {
    time.advance(A_PERIOD_AND_ITS_GUARD);
  }

  @Test
  void what_is_asked_for_while_it_waits_is_asked_for_at_once_later() throws Exception {
    Noting noting = waiting();
    noting.subscription.request(1);
    noting.subscription.request(1);
    assertThat(noting.signals).containsExactly("subscribed");
    grant();
    assertThat(noting.signals).containsExactly("subscribed", 1, 2);
    assertThat(asked).containsExactly(2L);
    noting.subscription.request(1);
    assertThat(noting.signals).containsExactly("subscribed", 1, 2, 3, "complete");
  }

  @Test
  void nothing_is_asked_for_that_its_subscriber_has_not() throws Exception {
    Noting noting = waiting();
    grant();
    assertThat(asked).isEmpty();
    assertThat(noting.signals).containsExactly("subscribed");
  }

  @Test
  void to_ask_for_all_twice_is_to_ask_for_all() throws Exception {
    Noting noting = waiting();
    noting.subscription.request(Long.MAX_VALUE);
    noting.subscription.request(Long.MAX_VALUE);
    grant();
    assertThat(asked).containsExactly(Long.MAX_VALUE);
  }

  @Test
  void to_ask_for_nothing_is_an_error_and_ends_the_wait() throws Exception {
    Noting noting = waiting();
    noting.subscription.request(0);
    assertThat(noting.signals)
        .containsExactly("subscribed", "must ask for at least 1 item, but was 0.");
    assertThat(Throttling.buckets().bucket("api").waiting()).isZero();
  }

  @Test
  void after_its_end_nothing_is_said_or_asked() throws Exception {
    Noting noting = waiting();
    noting.subscription.cancel();
    noting.subscription.request(1);
    noting.subscription.request(0);
    noting.subscription.cancel();
    grant();
    assertThat(noting.signals).containsExactly("subscribed");
    assertThat(asked).isEmpty();
  }

  @Test
  void cancelling_a_stream_cancels_its_source_once() throws Exception {
    Noting noting = waiting();
    grant();
    noting.subscription.cancel();
    noting.subscription.cancel();
    assertThat(cancelled).isEqualTo(1);
  }

  @Test
  void a_subscriber_may_cancel_when_it_is_subscribed() throws Exception {
    Noting cancelling =
        new Noting() {
          @Override
          public void onSubscribe(Flow.Subscription given) {
            super.onSubscribe(given);
            given.cancel();
          }
        };
    numbers().subscribe(cancelling);
    assertThat(asked).isEmpty();
    assertThat(Throttling.buckets().bucket("api").inUse()).isZero();
  }

  @Test
  void a_subscriber_that_is_null_is_refused() throws Exception {
    Flow.Publisher<Object> numbers = numbers();
    assertThatThrownBy(() -> numbers.subscribe(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("subscriber must not be null.");
  }
}
