package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Mode;
import dev.throttle.core.ThrottledException;
import dev.throttle.test.VirtualTime;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Every metric that the Grafana dashboard asks for is there, by that name and with those labels.
 */
class DashboardTest {

  private static final Pattern METRIC = Pattern.compile("throttle_[a-z_]+");
  private static final Pattern LABELS = Pattern.compile("by \\(([^)]*)\\)");

  @Test
  void it_asks_for_what_is_there() throws IOException {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Starter.on(new VirtualTime())
        .withBean(MeterRegistry.class, () -> registry)
        .run(context -> use(context.getBean(Buckets.class)));
    String scraped = registry.scrape();
    Set<String> there =
        METRIC
            .matcher(scraped)
            .results()
            .map(MatchResult::group)
            .collect(Collectors.toCollection(TreeSet::new));

    JsonNode dashboard =
        new ObjectMapper()
            .readTree(ThrottleMeters.class.getResourceAsStream("grafana-dashboard.json"));
    Set<String> asked = new TreeSet<>();
    Set<String> labels = new TreeSet<>();
    for (JsonNode expression : dashboard.findValues("expr")) {
      METRIC.matcher(expression.asText()).results().forEach(found -> asked.add(found.group()));
      LABELS
          .matcher(expression.asText())
          .results()
          .forEach(found -> labels.addAll(Set.of(found.group(1).split(",\\s*"))));
    }
    assertThat(asked).hasSizeGreaterThan(6).isSubsetOf(there);
    assertThat(labels)
        .isNotEmpty()
        .allSatisfy(label -> assertThat(scraped).containsPattern("\\b" + label + "=\""));
    assertThat(dashboard.findValues("datasource"))
        .allSatisfy(source -> assertThat(source.path("uid").asText()).startsWith("${"));
  }

  private static void use(Buckets buckets) {
    buckets.define("users", Limit.of(1, Duration.ofHours(1)));
    buckets.throttle("users").acquire().close();
    buckets.throttle("users").acquireAsync().cancel(false);
    try {
      buckets.throttle("users").withMaxWait(Duration.ZERO).acquire();
    } catch (ThrottledException refused) {
      assertThat(refused.bucket()).isEqualTo("users");
    }
    buckets.bucket("users").change(Mode.SHADOW);
    buckets.throttle("users").acquire().close();
  }
}
