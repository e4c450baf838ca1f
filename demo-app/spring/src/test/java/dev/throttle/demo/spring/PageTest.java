package dev.throttle.demo.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.demo.Shop;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * The page in a real browser, while calls run. With {@code -Ddemo.screenshot=FILE} it also takes
 * the picture for the documentation, of a longer run.
 */
class PageTest {

  private static final String PICTURE = System.getProperty("demo.screenshot");

  /** What the page shows as text, and what /live had told it, of one instant. */
  private static final String DIFFERENCES =
      """
      const text = (root, name) => root.querySelector(`[data-of="${name}"]`).textContent;
      const differ = [];
      const compare = (what, root, name, value) => {
        if (text(root, name) !== String(value.toLocaleString("en-US"))) {
          differ.push(`${what} ${name}: ${text(root, name)}, not ${value}`);
        }
      };
      for (const name of ["done", "errands", "calls", "refused", "strangerCalls", "ours", "strangers"]) {
        compare("all", document, name, shown[name]);
      }
      for (const bucket of shown.buckets) {
        const card = document.querySelector(`[data-bucket="${bucket.name}"]`);
        for (const name of ["limit", "inUse", "waiting"]) {
          compare(bucket.name, card, name, bucket[name]);
        }
        const bar = card.querySelector(".bar");
        const inUse = Math.min(bucket.inUse, bucket.permits);
        if (Number(bar.getAttribute("aria-valuenow")) !== inUse) {
          differ.push(`${bucket.name}: the gauge says ${bar.getAttribute("aria-valuenow")}, not ${inUse}`);
        }
        const width = bar.firstElementChild.getBoundingClientRect().width;
        const due = (bar.getBoundingClientRect().width * inUse) / bucket.permits;
        if (Math.abs(width - due) > 1) {
          differ.push(`${bucket.name}: the gauge is ${width} wide, not ${due}`);
        }
      }
      for (const client of shown.clients) {
        const row = document.querySelector(`[data-client="${client.name}"]`);
        for (const name of ["done", "retried", "failed", "breaker"]) {
          compare(client.name, row, name, client[name]);
        }
      }
      return differ;
      """;

  private static final String TOO_WIDE =
      """
      return Array.from(document.body.querySelectorAll("*"))
        .filter((part) => part.getBoundingClientRect().right > document.documentElement.clientWidth)
        .map((part) => part.outerHTML);
      """;

  @Test
  void the_page_shows_what_live_says_and_at_last_that_the_demo_has_ended() throws Exception {
    ExecutorService background = Executors.newSingleThreadExecutor();
    try (Browser browser = Browser.start();
        Shop shop = SpringDemo.shop();
        RunningDemo demo = new RunningDemo(shop, 0)) {
      browser.resize(1024, 900, false);
      Future<Outcome> running = background.submit(() -> demo.run(PICTURE == null ? 600 : 2_000));
      browser.open(demo.url());

      browser.await("shown !== null && shown.errands > 0 && shown.buckets[0].waiting > 0");
      assertThat(browser.text("#status")).isEqualTo("Running");
      long done = (Long) browser.run("return shown.done");
      browser.await("shown.done > " + done);
      assertThat((List<?>) browser.run(DIFFERENCES)).isEmpty();
      if (PICTURE != null) {
        browser.await("shown.done > 0.9 * shown.errands");
        browser.picture(Path.of(PICTURE));
      }

      browser.await("shown.ended");
      browser.await("document.getElementById('status').textContent === 'The demo has ended.'");
      Outcome outcome = running.get();
      Live last = demo.bean(LiveController.class).live();
      assertThat((List<?>) browser.run(DIFFERENCES)).isEmpty();
      assertThat(browser.text("[data-of=calls]"))
          .isEqualTo(String.format(Locale.ROOT, "%,d", outcome.all().calls()));
      assertThat(browser.run("return shown.calls")).isEqualTo((long) last.calls());
      assertThat(browser.run("return shown.refused")).isEqualTo((long) outcome.all().refused());
      assertThat(browser.run("return shown.buckets.map(of => of.name)"))
          .isEqualTo(last.buckets().stream().map(Live.OfBucket::name).toList());
      assertThat(browser.errors()).isEmpty();
    } finally {
      background.shutdownNow();
    }
  }

  @Test
  void on_a_phone_nothing_is_cut_off_in_the_light_or_in_the_dark() throws Exception {
    ExecutorService background = Executors.newSingleThreadExecutor();
    try (Browser browser = Browser.start();
        Shop shop = SpringDemo.shop();
        RunningDemo demo = new RunningDemo(shop, 0)) {
      browser.resize(375, 812, true);
      browser.open(demo.url());
      browser.await("shown !== null");
      assertThat(browser.text("#status")).isEqualTo("About to begin");
      Future<Outcome> running = background.submit(() -> demo.run(300));
      browser.await("shown.buckets[0].waiting > 0 && shown.buckets[0].p99Millis > 1000");

      assertThat(browser.run(TOO_WIDE)).asString().isEqualTo("[]");
      assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo(375L);
      String color = "return getComputedStyle(document.body).backgroundColor";
      browser.prefer("light");
      Object light = browser.run(color);
      browser.prefer("dark");
      assertThat(browser.run(color)).isNotEqualTo(light);
      if (PICTURE != null) {
        browser.picture(Path.of("target/phone.png"));
      }
      assertThat(running.get().all().failed()).isZero();
      assertThat(browser.errors()).isEmpty();
    } finally {
      background.shutdownNow();
    }
  }
}
