package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Configuration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

/** Keys of others, and lists as YAML writes them. */
class SharedNamespaceTest {

  private static Configuration read(String yaml) throws IOException {
    StandardEnvironment environment = new StandardEnvironment();
    for (PropertySource<?> source :
        new YamlPropertySourceLoader()
            .load("yaml", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))) {
      environment.getPropertySources().addFirst(source);
    }
    return EnvironmentSettings.configuration(
        environment, new ClassLoader(ClassLoader.getPlatformClassLoader()) {});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "throttle.login.attempts: 3", // the application's own
        "throttle.advice.enabled: true", // the starter's
        "throttle:\n  buckets:\n  # api.foo.com: { limit: 5 }",
      })
  void keys_of_somebody_else_are_left_alone(String yaml) throws IOException {
    assertThat(read(yaml).bucketNames()).isEmpty();
  }

  @Test
  void patterns_may_be_a_list() throws IOException {
    Configuration configuration =
        read(
            """
            throttle:
              buckets:
                api.foo.com:
                  limit: 5
                  period: PT1S
                  uri:
                    - GET api.foo.com/users/**
                    - api.foo.com/me
            """);
    assertThat(configuration.uris("api.foo.com")).hasSize(2);
  }

  @Test
  void further_limits_may_be_a_list() throws IOException {
    Configuration configuration =
        read(
            """
            throttle:
              buckets:
                api.foo.com:
                  limit: 5
                  period: PT1S
                  also:
                    - limit: 100
                      period: PT1M
                    - limit: 1000
                      period: P1D
            """);
    assertThat(configuration.settings("api.foo.com")).containsKeys("also.1.limit", "also.2.period");
  }
}
