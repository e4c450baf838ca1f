package dev.throttle.remote.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.KeyedBuckets;
import dev.throttle.core.Limit;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Who asks by a proxy, which here is all of this machine. */
class ProxyTest {

  private static int guess(String forwardedFor) {
    HttpRequest guess =
        Api.request(RunningServer.shared().uri(), "/v1/ledger")
            .header("Authorization", Api.basic("ops", "a guess"))
            .header("X-Forwarded-For", forwardedFor)
            .GET()
            .build();
    return Api.send(guess).status();
  }

  private static void assertThatTheseAre(String address, IntFunction<String> forwardedFor) {
    KeyedBuckets logins = RunningServer.shared().bean(Buckets.class).keyed("server/logins");
    Bucket ofAddress = logins.bucket(address);
    ofAddress.change(Limit.of(3, Duration.ofMinutes(1)));
    for (int i = 0; i < 3; i++) {
      assertThat(guess(forwardedFor.apply(i))).as("guess %d", i).isEqualTo(401);
    }
    assertThat(guess(forwardedFor.apply(3))).isEqualTo(429);
    assertThat(ofAddress.inUse()).isEqualTo(3);
  }

  @Test
  void who_lies_about_his_address_is_known_by_that_which_the_proxy_has_added() {
    assertThatTheseAre("10.0.0.5", i -> "203.0.113." + i + ", 10.0.0.5");
    assertThat(guess("10.0.0.5, 10.0.0.6")).isEqualTo(401);
  }

  @Test
  void what_is_no_address_is_not_looked_up_and_is_one_whatever_it_is() {
    assertThatTheseAre(Network.NOWHERE, i -> "host-" + i + ".example.invalid");
    assertThat(guess("192.0.2.9:4711")).isEqualTo(401);
  }
}
