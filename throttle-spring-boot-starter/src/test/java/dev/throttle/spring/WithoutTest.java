package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Throttle;
import dev.throttle.core.Buckets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.FilteredClassLoader;

/** Without any of what it can use, it starts, and does the rest. */
public class WithoutTest {

  /** Public, since its proxy is made in another class loader. */
  public static class Quotes {
    @Throttle(value = "quotes", limit = 10, period = "PT1H")
    public String quote() {
      return "3";
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.micrometer",
        "io.micrometer.context",
        "io.micrometer.observation",
        "org.springframework.boot.actuate",
        "org.springframework.boot.health",
        "org.springframework.web",
        "org.springframework.web.reactive",
        "reactor",
        "feign",
        "io.github.resilience4j",
        "org.aspectj",
        "com.fasterxml.jackson",
      })
  void it_starts_and_throttles(String library) {
    Starter.application()
        .withClassLoader(new FilteredClassLoader(library))
        .withBean(Quotes.class)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              context.getBean(Quotes.class).quote();
              assertThat(context.getBean(Buckets.class).bucket("quotes").inUse()).isEqualTo(1);
            });
  }
}
