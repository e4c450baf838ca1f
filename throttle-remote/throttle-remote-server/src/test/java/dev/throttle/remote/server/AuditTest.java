package dev.throttle.remote.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is said of logins that fail, however many there are. */
class AuditTest {

  private static final String HERE = "192.0.2.1";

  private final Audit audit = new Audit();

  @Test
  void of_a_minute_the_first_failure_of_each_is_told_and_then_how_many_more() {
    try (LogOf log = new LogOf("dev.throttle.audit")) {
      for (int minute = 0; minute < 2; minute++) {
        for (int i = 0; i < 5; i++) {
          audit.loginFailed("orders", HERE);
          audit.loginRefused("any name " + i, HERE);
        }
        audit.loginFailed("ops", HERE);
        audit.endMinute();
      }
      assertThat(log.lines().subList(0, 5))
          .containsExactly(
              "login failed as client 'orders' from 192.0.2.1: unknown, or the secret is wrong",
              "login failed as client 'any name 0' from 192.0.2.1: too many attempts from there",
              "login failed as client 'ops' from 192.0.2.1: unknown, or the secret is wrong",
              "login failed 4 times more as client 'orders' from 192.0.2.1: unknown, or the secret"
                  + " is wrong",
              "login failed 4 times more as client 'any' from 192.0.2.1: too many attempts from"
                  + " there");
      assertThat(log.lines().subList(5, 10)).isEqualTo(log.lines().subList(0, 5));
      audit.endMinute();
      assertThat(log.lines()).hasSize(10);
    }
  }

  @Test
  void what_strangers_have_told_is_short_however_many_they_are() {
    try (LogOf log = new LogOf("dev.throttle.audit")) {
      for (int i = 0; i < 3_000; i++) {
        audit.loginFailed("\0".repeat(5_000) + i, "2001:db8:" + Integer.toHexString(i) + "::");
      }
      audit.close();
      assertThat(log.lines())
          .hasSize(1_001)
          .allSatisfy(line -> assertThat(line).hasSizeLessThan(200))
          .endsWith("logins failed 2000 times more, from more addresses than are told");
    }
    assertThat(Audit.shown("a\u202e\ud83d\ude00\n", 200)).isEqualTo("a\\u{202e}\ud83d\ude00\\u{a}");
    assertThat(Audit.shown("a\u202e\ud83d\ude00\n", 10)).isEqualTo("a\\u{202e}");
  }
}
