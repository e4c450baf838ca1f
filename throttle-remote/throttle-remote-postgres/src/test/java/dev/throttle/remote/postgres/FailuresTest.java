package dev.throttle.remote.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {

  private static final Failures FAILURES = new Failures(Duration.ofSeconds(1));

  @ParameterizedTest
  @CsvSource({
    "28P01, give the data source the right user and password",
    "42501, 'allow the user SELECT, INSERT and UPDATE'",
    "42P01, make the table in one by: CREATE TABLE",
    "42703, drop the table",
    "25006, name the primary",
    "57P03, wait; requests go on to be made",
    "53300, allow more connections",
    "53100, more disk or memory",
    "XX000, look into the log of PostgreSQL",
    "08006, look whether it runs",
    "57014, or allow more by timeout()",
  })
  void each_failure_has_its_fix(String state, String fix) {
    SQLException failure = new SQLException("FATAL: it is so", state);
    assertThat(FAILURES.explain(new CompletionException(failure)))
        .isInstanceOf(PostgresLeaseException.class)
        .hasMessageContaining(fix)
        .hasNoCause();
  }

  @Test
  void what_the_server_has_said_is_found_below_what_a_pool_says() {
    SQLException server = new SQLException("FATAL: no such user", "28000");
    RuntimeException pool = new IllegalStateException("pool cannot be filled", server);
    assertThat(FAILURES.explain(pool))
        .hasMessage(
            "PostgreSQL refused: FATAL: no such user. Fix: give the data source the right user and"
                + " password.");
  }

  @Test
  void no_password_is_repeated() {
    String said = "No suitable driver found for jdbc:postgresql://db/app?user=me&password=secret";
    assertThat(FAILURES.explain(new SQLException(said, "08001")))
        .hasMessageContaining("cannot be reached: No suitable driver found for (hidden).")
        .hasMessageNotContaining("secret");
    assertThat(FAILURES.explain(new SQLException("with password = secret, it is no use", "08001")))
        .hasMessageNotContaining("secret");
  }

  @Test
  void what_the_ledger_refuses_is_said_as_it_is() {
    IllegalArgumentException refused = new IllegalArgumentException("it is so");
    assertThat(FAILURES.explain(new CompletionException(refused))).isSameAs(refused);
  }
}
