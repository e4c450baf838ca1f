package dev.throttle.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.clients.okhttp.ThrottleInterceptor;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

class RulesAndMethodsTest extends AttemptReview {

  /** What a woven builder makes of a client that has an interceptor with rules already. */
  @Test
  void an_interceptor_with_rules_and_one_for_methods_charge_once() throws Exception {
    OkHttpClient both =
        okHttp
            .newBuilder()
            .addNetworkInterceptor(ThrottleInterceptor.of(rules))
            .addNetworkInterceptor(ThrottleInterceptor.ofMethods())
            .build();
    retrofit(both).create(Api.class).call().execute();
    assertThat(nine.inUse()).isEqualTo(1);
  }
}
