package dev.throttle.demo.shared;

import dev.throttle.test.ProviderLimit;
import dev.throttle.test.RateLimitedProvider;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Four JVMs call a shop that allows 200 calls per 2 s of all of them together. They share the limit
 * by leases from a server. Half-way, one of them is killed. Ends with status 1 if the shop answered
 * 429 to any call.
 */
public final class SharedDemo {

  private static final int JVMS = 4;
  private static final Duration PERIOD = Caller.LIMIT.period();

  private final PrintStream out;
  private final int periods;
  private final List<Process> jvms = new ArrayList<>();

  private SharedDemo(PrintStream out, boolean isShort) {
    this.out = out;
    this.periods = isShort ? 6 : 24;
  }

  /**
   * Runs it.
   *
   * @param args whether to be short
   */
  public static void main(String... args) throws IOException, InterruptedException {
    System.exit(run(System.out, Boolean.parseBoolean(args[0])) ? 0 : 1);
  }

  /** Runs it, and returns whether no call was answered 429. */
  static boolean run(PrintStream out, boolean isShort) throws IOException, InterruptedException {
    try (LeaseServer server = LeaseServer.start(Caller.LEASE);
        RateLimitedProvider shop =
            RateLimitedProvider.builder()
                .limit(ProviderLimit.slidingWindow(Caller.LIMIT.permits(), PERIOD))
                .jitterBefore(Duration.ofMillis(2), Duration.ofMillis(25))
                .jitterAfter(Duration.ofMillis(2), Duration.ofMillis(25))
                .withoutLimitHeaders()
                .start()) {
      return new SharedDemo(out, isShort).run(shop, server);
    }
  }

  private boolean run(RateLimitedProvider shop, LeaseServer server)
      throws IOException, InterruptedException {
    out.printf(
        Locale.ROOT,
        "A shop allows 200 calls per 2 s. %d JVMs call it as often as they may, each with the one"
            + " line%n%n  buckets.define(\"shop.example\", limit).shared(\"%s\", id, secret)%n%n"
            + "Calls that the shop counted, by JVM, in each 2 s:%n%n",
        JVMS,
        server.uri());
    Shares shares = new Shares(shop, JVMS, PERIOD);
    try {
      for (int i = 0; i < JVMS; i++) {
        jvms.add(start(shop.baseUrl() + Shares.path(i), server));
      }
      shares.awaitAll(Duration.ofMinutes(1));
      out.print(shares.header());
      for (int i = 0; i < periods; i++) {
        TimeUnit.NANOSECONDS.sleep(PERIOD.toNanos());
        out.print(shares.next());
        if (i == periods / 2) {
          jvms.get(JVMS - 1).destroyForcibly().waitFor();
          out.printf(Locale.ROOT, "JVM %d is killed; its slots come back by themselves%n", JVMS);
        }
      }
    } finally {
      end();
    }
    out.print(shares.outcome());
    return shop.refused() == 0;
  }

  private static Process start(String url, LeaseServer server) throws IOException {
    return new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Caller.class.getName(),
            url,
            server.uri(),
            server.clientId(),
            server.clientSecret())
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private void end() throws IOException, InterruptedException {
    for (Process jvm : jvms) {
      jvm.getOutputStream().close(); // they see that their input ends
    }
    for (Process jvm : jvms) {
      if (!jvm.waitFor(10, TimeUnit.SECONDS)) {
        jvm.destroyForcibly();
      }
    }
  }
}
