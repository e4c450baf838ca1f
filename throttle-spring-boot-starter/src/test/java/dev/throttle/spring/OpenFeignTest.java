package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Throttle;
import dev.throttle.core.Buckets;
import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.RateLimitedProvider;
import feign.Retryer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.openfeign.EnableFeignClients;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;

/** The Feign clients of Spring Cloud. */
class OpenFeignTest {

  @FeignClient(name = "foo", url = "${foo.url}")
  @Throttle(value = "api.foo.com", limit = 100, period = "PT1H")
  interface FooApi {

    @GetMapping("/users")
    @Throttle(value = "api.foo.com/users", limit = 50, period = "PT1H")
    String users();

    @GetMapping("/flaky")
    String flaky();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @EnableFeignClients(clients = FooApi.class)
  static class Application {

    @Bean
    @SuppressWarnings("deprecation") // by the newest Feign; Spring Cloud has an older one
    Retryer retryer() {
      return new Retryer.Default(1, 1, 3);
    }
  }

  @Test
  void each_attempt_of_a_client_pays_once() throws Exception {
    try (RateLimitedProvider provider =
            RateLimitedProvider.builder()
                .answer(
                    "/flaky",
                    ProviderAnswer.of(503, "later").header("Retry-After", "0"),
                    ProviderAnswer.of(200, "at last"))
                .start();
        RunningApplication application =
            new RunningApplication(
                Application.class, WebApplicationType.NONE, "foo.url=" + provider.baseUrl())) {
      FooApi api = application.bean(FooApi.class);
      Buckets buckets = application.bean(Buckets.class);
      api.users();
      assertThat(buckets.bucket("api.foo.com/users").inUse()).isEqualTo(1);
      assertThat(buckets.bucket("api.foo.com").inUse()).isEqualTo(1);
      assertThat(api.flaky()).isEqualTo("at last");
      assertThat(provider.count()).isEqualTo(3);
      assertThat(buckets.bucket("api.foo.com").inUse()).isEqualTo(3);
    }
  }
}
