package dev.throttle.aspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Woven methods that return a publisher: their bodies run again for each subscription. */
class SubscriptionsTest {

  @RegisterExtension final OnVirtualTime time = new OnVirtualTime();

  private final Published published = new Published();

  @Test
  void aBodyRunsForEachSubscription_withTheArgumentsOfItsCall() {
    Flow.Publisher<String> a = published.byKey("a");
    Flow.Publisher<String> b = published.byKey("b");
    assertThat(published.made).isEmpty();
    assertThat(items(a)).containsExactly("a", "complete");
    assertThat(items(b)).containsExactly("b", "complete");
    assertThat(items(a)).containsExactly("a", "complete");
    assertThat(published.made).containsExactly("a", "b", "a");
    time.assertCharged("published/key", "a", 2);
    time.assertCharged("published/key", "b", 1);
  }

  @Test
  void aCallThroughTheInterfaceAndTheBodyBehindItChargeOnceForEachSubscription() {
    Publishing publishing = published;
    Flow.Publisher<String> called = publishing.plain("a");
    assertThat(published.made).isEmpty();
    assertThat(items(called)).containsExactly("a", "complete");
    assertThat(items(called)).containsExactly("a", "complete");
    assertThat(published.made).containsExactly("a", "a");
    time.assertCharged("published", 2);
  }

  private static List<String> items(Flow.Publisher<String> publisher) {
    List<String> signals = new ArrayList<>();
    publisher.subscribe(
        new Flow.Subscriber<>() {
          @Override
          public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
          }

          @Override
          public void onNext(String item) {
            signals.add(item);
          }

          @Override
          public void onError(Throwable failure) {
            signals.add(failure.toString());
          }

          @Override
          public void onComplete() {
            signals.add("complete");
          }
        });
    return signals;
  }

  interface Publishing {
    @Throttle(value = "published", limit = 9, period = "PT1S")
    Flow.Publisher<String> plain(String item);
  }

  static class Published implements Publishing {
    final List<String> made = new ArrayList<>();

    @Throttle(value = "published/key", limit = 9, period = "PT1S")
    Flow.Publisher<String> byKey(@ThrottleKey String key) {
      return just(key);
    }

    @Override
    @Throttle("published")
    public Flow.Publisher<String> plain(String item) {
      return just(item);
    }

    private Flow.Publisher<String> just(String item) {
      made.add(item);
      return subscriber ->
          subscriber.onSubscribe(
              new Flow.Subscription() {
                @Override
                public void request(long items) {
                  subscriber.onNext(item);
                  subscriber.onComplete();
                }

                @Override
                public void cancel() {}
              });
    }
  }
}
