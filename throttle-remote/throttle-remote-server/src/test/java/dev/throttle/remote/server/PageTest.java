package dev.throttle.remote.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The page in a real browser. With {@code -Dserver.screenshot=FILE} it also takes the picture for
 * the documentation.
 */
class PageTest {

  private static final String PICTURE = System.getProperty("server.screenshot");

  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    browser = Browser.start();
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  /** What would be a picture, if it were not shown as the text that it is. */
  private static final String OTHER = PICTURE == null ? "<img src=x>" : "api.bar.com";

  private static void lend(
      String client, String instance, String limit, int permits, int inUse, int waiting) {
    String wish =
        Api.wish(instance, limit)
            .replace("\"permits\": 10", "\"permits\": " + permits)
            .replace("\"wanted\": 3", "\"wanted\": " + (inUse + waiting))
            .replace("\"held\": 0", "\"held\": " + inUse)
            .replace("\"inUse\": 0", "\"inUse\": " + inUse)
            .replace("\"waiting\": 3", "\"waiting\": " + waiting);
    assertThat(Api.renew(client, wish).status()).isEqualTo(200);
  }

  private static void login(String client, String secret) {
    browser.open(RunningServer.shared().uri() + "/");
    browser.run(
        "document.getElementById('id').value = '"
            + client
            + "';"
            + "document.getElementById('secret').value = '"
            + secret
            + "';"
            + "document.querySelector('#login button').click(); return true");
  }

  private static String card(String limit) {
    return "document.querySelector('[data-limit=\"" + limit + "\"]')";
  }

  private static String text(String limit, String name) {
    return (String)
        browser.run(
            "return " + card(limit) + ".querySelector('[data-of=" + name + "]').textContent");
  }

  private static void inForm(String limit, String form, String field, Object value) {
    String card = card(limit);
    browser.run(
        "const form = "
            + card
            + ".querySelector('."
            + form
            + "');"
            + "form.elements."
            + field
            + ".value = "
            + value
            + ";"
            + "form.querySelector('button').click(); return true");
  }

  @Test
  void an_operator_sees_what_is_lent_and_changes_it() throws Exception {
    browser.resize(1024, 900, false);
    browser.prefer("light");
    lend("page", "web-1", "api.foo.com/users", 600, 240, 30);
    lend("page", "web-2", "api.foo.com/users", 600, 180, 0);
    lend("page", "batch", OTHER, 20, 20, 5);

    login("page", "a wrong secret");
    browser.await("document.getElementById('status').classList.contains('bad')");
    assertThat(browser.text("#status")).contains("id and secret");
    assertThat(browser.errors()).allMatch(error -> error.contains("401"));

    login("page", RunningServer.SECRET + "page");
    browser.await("shown !== null && shown.limits.length >= 2");
    assertThat(text("api.foo.com/users", "held")).isEqualTo("450");
    assertThat(text("api.foo.com/users", "inUse")).isEqualTo("420");
    assertThat(text("api.foo.com/users", "waiting")).isEqualTo("30");
    assertThat(text(OTHER, "name")).isEqualTo(OTHER);
    assertThat(browser.run("return document.querySelectorAll('#limits img').length")).isEqualTo(0L);
    assertThat(browser.run("return " + card(OTHER) + ".querySelector('td').textContent"))
        .isEqualTo("page/batch");

    inForm("api.foo.com/users", "change", "permits", 500);
    browser.await("shown.limits.some(of => of.limit.permits === 500)");
    inForm("api.foo.com/users", "pause", "seconds", 300);
    browser.await(card("api.foo.com/users") + ".textContent.includes('paused for')");
    assertThat(text("api.foo.com/users", "state")).matches("paused for (5 min|4 min \\d+ s)");
    assertThat(text("api.foo.com/users", "limit")).isEqualTo("500 slots, each rests for 1 min");
    if (PICTURE != null) {
      browser.picture(Path.of(PICTURE));
    }
    assertThat(Api.ledger("page").body()).contains("\"permits\":500,\"rest\":\"PT1M0.000000001S\"");
    browser.run(card("api.foo.com/users") + ".querySelector('.resume').click(); return true");
    browser.await("shown.limits.every(of => of.pausedFor === 'PT0S')");

    lend("page", "web-3", "api.foo.com/users", 600, 7, 0);
    browser.await("shown.limits.some(of => of.shares.length === 3)");
    assertThat(browser.run("document.getElementById('logout').click(); return shown === null"))
        .isEqualTo(true);
    assertThat(browser.run("return document.getElementById('limits').children.length"))
        .isEqualTo(0L);
    assertThat(browser.errors()).allMatch(error -> error.contains("401"));
    assertThat(browser.run("return document.cookie + JSON.stringify({...localStorage})"))
        .as("nothing of the secret is kept")
        .isEqualTo("{}");
  }

  /** What is seen, and lower or narrower than a finger. */
  private static final String SMALL_TARGETS =
      "return Array.from(document.querySelectorAll('button, input'))"
          + ".filter(part => part.offsetWidth > 0)"
          + ".filter(part => part.offsetHeight < 44 || part.offsetWidth < 44)"
          + ".map(part => part.outerHTML)";

  /** Returns the script of those parts whose text is wider than they are. */
  private static String overlapping(String parts) {
    return parts
        + ".filter(part => part.scrollWidth > part.clientWidth).map(part => part.textContent)";
  }

  @Test
  void on_a_screen_long_names_are_cut_off_rather_than_figures() {
    browser.resize(700, 900, false);
    String instance = "a-rather-long-name-of-an-instance-" + "0123456789abcdef".repeat(10);
    lend("screen", instance, "api.foo.com/" + "x".repeat(180), 9, 3, 1);
    login("screen", RunningServer.SECRET + "screen");
    browser.await("shown !== null && shown.limits.length > 0");
    assertThat(
            browser.run(
                "const box = document.querySelector('.scroll');"
                    + "return box.scrollWidth <= box.clientWidth"))
        .isEqualTo(true);
    assertThat(browser.run("return document.querySelector('tbody td').title"))
        .isEqualTo("screen/" + instance);
  }

  @Test
  void on_a_phone_nothing_is_cut_off_in_the_light_or_in_the_dark() throws Exception {
    browser.resize(375, 812, true);
    String instance = "a-rather-long-name-of-an-instance-" + "0123456789abcdef".repeat(10);
    lend("phone", instance, "api.foo.com/" + "x".repeat(180), 2_000_000, 1_234_567, 7_654);
    login("phone", RunningServer.SECRET + "phone");
    browser.await("shown !== null && shown.limits.length > 0");
    assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo(375L);
    String tooWide =
        "return Array.from(document.querySelectorAll('body *'))"
            + ".filter(part => part.getBoundingClientRect().right > 375).map(part => part.outerHTML)";
    assertThat((List<?>) browser.run(tooWide)).as("figures are on the screen").isEmpty();
    String cells = "Array.from(document.querySelectorAll('tbody td'))";
    assertThat((List<?>) browser.run("return " + cells + ".map(cell => cell.textContent)"))
        .asString()
        .startsWith("[phone/" + instance + ", 1,242,221, 1,234,567, 7,654, 1,242,221, ");
    assertThat(browser.run("return " + cells + "[0].title")).isEqualTo("phone/" + instance);
    assertThat((List<?>) browser.run("return " + overlapping(cells))).isEmpty();
    assertThat(browser.run("return document.querySelector('dl').getBoundingClientRect().top < 812"))
        .as("what is held is seen at once")
        .isEqualTo(true);
    assertThat((List<?>) browser.run(SMALL_TARGETS)).isEmpty();
    assertThat(browser.run("return document.getElementById('login').offsetHeight")).isEqualTo(0L);
    String color = "return getComputedStyle(document.body).backgroundColor";
    browser.prefer("light");
    Object light = browser.run(color);
    browser.prefer("dark");
    assertThat(browser.run(color)).isNotEqualTo(light);
    if (PICTURE != null) {
      browser.picture(Path.of("target/phone.png"));
    }
  }
}
