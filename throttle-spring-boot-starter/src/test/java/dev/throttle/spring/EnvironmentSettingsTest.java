package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.Configuration;
import dev.throttle.core.Configuration.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

class EnvironmentSettingsTest {

  private final StandardEnvironment environment = new StandardEnvironment();
  private final MutablePropertySources sources = environment.getPropertySources();

  private Configuration read() {
    return EnvironmentSettings.configuration(environment, new EmptyLoader());
  }

  /** Sees neither indexes nor a {@code throttle.properties}. */
  private static final class EmptyLoader extends ClassLoader {
    EmptyLoader() {
      super(ClassLoader.getPlatformClassLoader());
    }
  }

  private void yaml(String text) throws IOException {
    for (PropertySource<?> source :
        new YamlPropertySourceLoader()
            .load(
                "application.yaml",
                new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), "application.yaml"))) {
      sources.addLast(source);
    }
  }

  @Test
  void a_name_with_dots_and_slashes_is_written_as_it_is() throws IOException {
    yaml(
        """
        throttle:
          enabled: false
          buckets:
            api.foo.com/users:
              limit: 50
              period: PT15M
              max-wait: PT5S
            "[http://localhost:8080/my api]":
              limit: 10
              period: PT1S
        """);
    Configuration configuration = read();
    assertThat(configuration.isEnabled()).isFalse();
    assertThat(configuration.bucketNames())
        .containsExactly("api.foo.com/users", "http://localhost:8080/my api");
    assertThat(configuration.settings("api.foo.com/users"))
        .containsOnlyKeys("limit", "period", "maxWait");
  }

  @Test
  void the_further_limits_of_a_bucket_are_numbered() throws IOException {
    yaml(
        """
        throttle:
          buckets:
            api.foo.com:
              limit: 10
              period: PT1S
              also:
                1:
                  limit: 1000
                  period: P1D
                  counted-within: PT2S
        """);
    assertThat(read().settings("api.foo.com"))
        .containsOnlyKeys(
            "limit", "period", "also.1.limit", "also.1.period", "also.1.countedWithin");
  }

  @Test
  void placeholders_are_resolved() {
    sources.addFirst(
        new MapPropertySource(
            "test",
            Map.of(
                "users.limit",
                7,
                "throttle.buckets.api.foo.com.limit",
                "${users.limit}",
                "throttle.buckets.api.foo.com.period",
                "${users.period:PT1S}")));
    assertThat(read().settings("api.foo.com").get("limit"))
        .extracting(Setting::value)
        .isEqualTo("7");
  }

  @Test
  void what_is_wrong_is_refused_with_the_place_where_it_is() throws IOException {
    yaml(
        """
        throttle:
          buckets:
            api.foo.com/users:
              limmit: 50
              period: 15 minutes
          bucket:
            foo: 1
        """);
    assertThatThrownBy(this::read)
        .isInstanceOf(ThrottleConfigurationException.class)
        .hasMessageContaining("3 settings are wrong")
        .hasMessageContaining(
            "throttle.buckets.api.foo.com/users.limmit=50 (Byte array resource [application.yaml] - 4:15): unknown"
                + " element 'limmit'. Did you mean 'limit'?")
        .hasMessageContaining("[application.yaml] - 5:15): period must be")
        .hasMessageContaining("throttle.bucket.foo=1");
  }

  @Test
  void what_is_wrong_is_shown_at_start_without_a_stack_trace() {
    sources.addFirst(
        new MapPropertySource("test", Map.of("throttle.buckets.api.foo.com.limit", "none")));
    assertThatThrownBy(this::read)
        .satisfies(
            e -> {
              FailureAnalysis shown = new ThrottleFailureAnalyzer().analyze(e);
              assertThat(shown.getDescription())
                  .contains("throttle.buckets.api.foo.com.limit=none (");
              assertThat(shown.getAction()).contains("docs/configuration.md");
            });
  }

  @Test
  void the_order_is_that_of_spring() {
    String limit = "throttle.buckets.api.foo.com.limit";
    sources.replace(
        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
        new SystemEnvironmentPropertySource(
            StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of()));
    sources.addLast(
        new MapPropertySource(
            "file", Map.of(limit, "1", "throttle.buckets.api.foo.com.period", "PT1S")));
    sources.addLast(new MapPropertySource("file behind", Map.of(limit, "2")));
    assertThat(read().settings("api.foo.com").get("limit").value()).isEqualTo("1");
    sources.addFirst(new MapPropertySource("command line", Map.of(limit, "3")));
    assertThat(read().settings("api.foo.com").get("limit").value()).isEqualTo("3");
  }

  @Test
  void a_system_property_may_be_overridden_by_the_command_line() {
    String limit = "throttle.buckets.api.foo.com.limit";
    System.setProperty(limit, "5");
    System.setProperty("throttle.buckets.api.foo.com.period", "PT1S");
    try {
      assertThat(read().settings("api.foo.com").get("limit").value()).isEqualTo("5");
      sources.addFirst(new MapPropertySource("command line", Map.of(limit, "6")));
      assertThat(read().settings("api.foo.com").get("limit").value()).isEqualTo("6");
    } finally {
      System.clearProperty(limit);
      System.clearProperty("throttle.buckets.api.foo.com.period");
    }
  }

  @Test
  void what_the_starter_itself_is_told_is_no_bucket() {
    sources.addFirst(
        new MapPropertySource(
            "test",
            Map.of(
                "throttle.advice.enabled", "false",
                "throttle.clients.enabled", "false",
                "throttle.web.enabled", "false")));
    assertThat(read().bucketNames()).isEmpty();
  }
}
