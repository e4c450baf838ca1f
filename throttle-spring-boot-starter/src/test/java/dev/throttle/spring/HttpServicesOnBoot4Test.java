package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Throttle;
import dev.throttle.core.Buckets;
import dev.throttle.test.RateLimitedProvider;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.registry.ImportHttpServices;

/** The HTTP interfaces that Spring 7 registers as beans. */
class HttpServicesOnBoot4Test {

  @Throttle(value = "api.foo.com", limit = 100, period = "PT1H")
  interface FooApi {

    @GetExchange("/users")
    @Throttle(value = "api.foo.com/users", limit = 50, period = "PT1H")
    String users();
  }

  interface Plain {

    @GetExchange("/plain")
    String plain();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @ImportHttpServices(
      group = "foo",
      types = {FooApi.class, Plain.class})
  static class Application {}

  @Test
  void they_pay_by_annotation_and_by_rule_but_once() throws Exception {
    try (RateLimitedProvider provider = RateLimitedProvider.builder().start();
        RunningApplication application =
            new RunningApplication(
                Application.class,
                WebApplicationType.NONE,
                "spring.http.serviceclient.foo.base-url=" + provider.baseUrl(),
                "throttle.buckets.api.foo.com.limit=100",
                "throttle.buckets.api.foo.com.period=PT1H",
                "throttle.buckets.api.foo.com.uri=" + provider.uri().getAuthority() + "/**")) {
      Buckets buckets = application.bean(Buckets.class);
      application.bean(FooApi.class).users();
      assertThat(provider.count()).isEqualTo(1);
      assertThat(buckets.bucket("api.foo.com/users").inUse()).isEqualTo(1);
      assertThat(buckets.bucket("api.foo.com").inUse()).isEqualTo(1);

      application.bean(Plain.class).plain();
      assertThat(buckets.bucket("api.foo.com").inUse()).isEqualTo(2);
    }
  }
}
