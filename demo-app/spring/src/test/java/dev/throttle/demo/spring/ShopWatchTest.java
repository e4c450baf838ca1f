package dev.throttle.demo.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.throttle.demo.Passage;
import dev.throttle.demo.Shop;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShopWatchTest {

  @Test
  void it_knows_each_call_of_the_stranger_and_about_when_it_was() {
    try (Shop shop = Shop.open(manners -> manners.stranger(100, Duration.ofSeconds(1)));
        ShopWatch watch = new ShopWatch(shop)) {
      long begin = shop.nanos();
      await().until(() -> watch.inLastPeriod().stranger() >= 20);

      List<Passage> calls = watch.strangerSince(0);
      long now = shop.nanos();

      assertThat(calls).hasSizeBetween(20, (int) shop.strangerCalls());
      assertThat(calls)
          .extracting(Passage::countedNanos)
          .isSorted()
          .allSatisfy(counted -> assertThat(counted).isBetween(0L, now));
      assertThat(watch.strangerSince(begin).get(0).countedNanos()).isGreaterThanOrEqualTo(begin);
      assertThat(watch.inLastPeriod().ours()).isZero();
    }
  }
}
