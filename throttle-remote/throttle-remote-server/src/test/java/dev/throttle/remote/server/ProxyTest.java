package dev.throttle.remote.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Who asks by a proxy, which here is all of this machine. */
class ProxyTest {

  private static int guess(String forwardedFor) {
    HttpRequest guess =
        Api.request(RunningServer.small().uri(), "/v1/ledger")
            .header("Authorization", Api.basic("ops", "a guess"))
            .header("X-Forwarded-For", forwardedFor)
            .GET()
            .build();
    return Api.send(guess).status();
  }

  private static void assertThatTheseAreOne(IntFunction<String> forwardedFor) {
    for (int i = 0; i < 20; i++) {
      assertThat(guess(forwardedFor.apply(i))).as("guess %d", i).isEqualTo(401);
    }
    assertThat(guess(forwardedFor.apply(20))).isEqualTo(429);
  }

  @Test
  void who_lies_about_his_address_is_known_by_that_which_the_proxy_has_added() {
    assertThatTheseAreOne(i -> "203.0.113." + i + ", 10.0.0.5");
    assertThat(guess("10.0.0.5, 10.0.0.6")).isEqualTo(401);
  }

  @Test
  void what_is_no_address_is_not_looked_up_and_is_one_whatever_it_is() {
    assertThatTheseAreOne(i -> "host-" + i + ".example.invalid");
    assertThat(guess("192.0.2.9:4711")).isEqualTo(401);
  }
}
