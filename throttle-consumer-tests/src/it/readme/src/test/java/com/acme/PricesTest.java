package com.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.throttle.core.Buckets;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PricesTest {

  private final VirtualTime time = new VirtualTime();
  private Buckets before;

  @BeforeEach
  void useVirtualTime() {
    before = Throttling.use(Buckets.builder().timeSource(time).executor(Runnable::run).build());
  }

  @AfterEach
  void useRealTime() {
    Throttling.use(before).close();
  }

  @Test
  void aThirdQuoteIsRefused_andTakenAQuarterOfAnHourLater() {
    Prices prices = new Prices(4_200);
    assertEquals(4_200, prices.quote("ACME").getCents());
    prices.quote("ACME");
    ThrottledException refused =
        assertThrows(ThrottledException.class, () -> prices.quote("ACME"));
    assertEquals("api.acme.com/quotes", refused.bucket());
    time.advance(Duration.ofMinutes(16));
    assertEquals("ACME", prices.quote("ACME").getShare());
  }

  @Test
  void theFourthCallOfAnyKindWaits_withoutAThread() {
    Prices prices = new Prices(4_200);
    for (int i = 0; i < 3; i++) {
      assertTrue(prices.later("ACME").isDone());
    }
    CompletableFuture<Quote> fourth = prices.later("ACME");
    assertFalse(fourth.isDone());
    time.advance(Duration.ofSeconds(61));
    assertEquals("ACME", fourth.join().getShare());
  }

  @Test
  void aBucketThatIsOnlyNamedIsFoundInTheIndex() {
    Rates rates = currency -> 1.5;
    for (int i = 0; i < 3; i++) {
      assertEquals(1.5, Rates.euro(rates));
    }
    assertThrows(ThrottledException.class, () -> Rates.euro(rates));
  }

  @Test
  void allIsWoven() {
    Throttling.requireWoven();
  }
}
