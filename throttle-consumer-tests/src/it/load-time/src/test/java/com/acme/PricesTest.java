package com.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.throttle.core.Buckets;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import dev.throttle.test.VirtualTime;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The class files were not woven; the agent does it as they are loaded. */
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
  void aBodyTakesItsPermits() {
    Prices prices = new Prices();
    assertEquals(4, prices.quote("ACME"));
    assertEquals(1, Throttling.buckets().bucket("api.acme.com/quotes").snapshot().free());
    assertEquals(4, prices.quote("ACME"));
    assertThrows(ThrottledException.class, () -> prices.quote("ACME"));
    time.advance(Duration.ofMinutes(16));
    assertEquals(4, prices.quote("ACME"));
  }

  @Test
  void aFutureWaits_withoutAThread() {
    Prices prices = new Prices();
    for (int i = 0; i < 3; i++) {
      assertTrue(prices.later("ACME").isDone());
    }
    CompletableFuture<Long> fourth = prices.later("ACME");
    assertFalse(fourth.isDone());
    time.advance(Duration.ofSeconds(61));
    assertEquals(4, fourth.join());
  }

  @Test
  void aCallOfAnInterfaceTakesItsPermits() {
    Rates rates = currency -> 1.5;
    Rates.euro(rates);
    Rates.euro(rates);
    assertThrows(ThrottledException.class, () -> Rates.euro(rates));
  }

  @Test
  void theMarkerTellsThatTheClassesWereWoven() {
    Throttling.requireWoven();
    assertTrue(Throttling.wovenClasses(getClass().getClassLoader()).contains("com.acme.Prices"));
  }

  @Test
  void aPlainJavaWithTheAgentIsThrottled() throws Exception {
    assertEquals("refused: 3", run(agent()));
  }

  @Test
  void aPlainJavaWithoutItSaysSo() throws Exception {
    String said = run(List.of());
    assertTrue(said.contains("@Throttle has no effect on these classes"), said);
    assertTrue(said.contains("com.acme.Prices"), said);
  }

  private static List<String> agent() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("-javaagent:"))
        .toList();
  }

  private static String run(List<String> options) throws Exception {
    List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    command.addAll(options);
    command.addAll(List.of("-Dslf4j.internal.verbosity=ERROR", "-cp"));
    command.add(System.getProperty("surefire.test.class.path"));
    command.add(Prices.class.getName());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes()).strip();
  }
}
