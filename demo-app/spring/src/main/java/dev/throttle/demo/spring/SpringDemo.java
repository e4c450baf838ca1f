package dev.throttle.demo.spring;

import dev.throttle.demo.Shop;
import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.RateLimitedProvider;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes calls through a Spring Boot application to a shop that it does not have for itself: a
 * stranger takes a part of the limit, and now and then the shop is unwell. Ends with status 1 if a
 * call failed for good.
 */
public final class SpringDemo {

  private static final int ERRANDS = 2_000;
  private static final int FEW_ERRANDS = 600;

  /** What the stranger takes of the limit over everything, in each of its periods. */
  private static final int STRANGER = 60;

  private static final int UNWELL_EVERY = 50;

  private SpringDemo() {}

  /**
   * Runs it.
   *
   * @param args whether to be short; the port of the page, 0 for any
   */
  public static void main(String... args) throws InterruptedException {
    int errands = Boolean.parseBoolean(args[0]) ? FEW_ERRANDS : ERRANDS;
    System.out.print(introduction(errands));
    Outcome outcome;
    try (Shop shop = shop();
        RunningDemo demo = new RunningDemo(shop, Integer.parseInt(args[1]))) {
      System.out.println("Watch it live: " + demo.url());
      outcome = demo.run(errands);
      System.out.println(outcome);
    }
    System.exit(outcome.all().failed() > 0 ? 1 : 0);
  }

  private static String introduction(int errands) {
    return String.format(
        Locale.ROOT,
        """
        A shop allows 200 calls per 2 s over everything, 60 a second of products, 80 of orders.
        A stranger takes %d of the 200; one of %d answers is a 503. A Spring Boot application wants
        %,d answers, through @FeignClient, @HttpExchange and WebClient, with retries and breakers.
        """,
        STRANGER,
        UNWELL_EVERY,
        errands);
  }

  /** Returns a shop as in life. */
  static Shop shop() {
    return Shop.open(manners -> unwell(manners).stranger(STRANGER, Shop.PERIOD));
  }

  /** Makes it answer some calls 503, which the limits count like others. */
  static RateLimitedProvider.Builder unwell(RateLimitedProvider.Builder manners) {
    AtomicInteger asked = new AtomicInteger();
    return manners.answer(
        "/",
        request ->
            asked.incrementAndGet() % UNWELL_EVERY == 0
                ? ProviderAnswer.of(503, "unwell")
                : ProviderAnswer.of(200, "ok"));
  }
}
