package com.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.acme.library.Quotes;
import dev.throttle.core.Buckets;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The jar of others is throttled, since this build wove it. */
class QuotesTest {

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
  void aBodyOfTheJarTakesItsPermits() {
    Quotes quotes = new Quotes();
    assertEquals(4, quotes.quote("ACME"));
    assertEquals(1, Throttling.buckets().bucket("api.acme.com/quotes").snapshot().free());
    quotes.quote("ACME");
    assertThrows(ThrottledException.class, () -> quotes.quote("ACME"));
    time.advance(Duration.ofMinutes(16));
    quotes.quote("ACME");
  }

  @Test
  void aCallOfTheJarWaitsForItsTurn() {
    Quotes quotes = new Quotes();
    assertTrue(quotes.later("ACME").isDone());
    CompletableFuture<Long> second = quotes.later("ACME");
    assertFalse(second.isDone());
    time.advance(Duration.ofSeconds(61));
    assertEquals(4, second.join());
  }

  @Test
  void nothingIsReportedAsUnwoven() {
    Throttling.requireWoven();
    assertEquals(
        Set.of("com.acme.library.Quotes"),
        Throttling.wovenClasses(getClass().getClassLoader()));
  }
}
