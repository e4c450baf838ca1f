package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.throttle.core.Configuration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What editors show of the properties is what there is. */
class MetadataTest {

  private static List<JsonNode> properties() throws IOException {
    JsonNode metadata =
        new ObjectMapper()
            .readTree(
                ThrottleAutoConfiguration.class.getResourceAsStream(
                    "/META-INF/spring-configuration-metadata.json"));
    List<JsonNode> properties = new ArrayList<>();
    metadata.path("properties").forEach(properties::add);
    return properties;
  }

  @Test
  void every_property_of_the_starter_is_described() throws IOException {
    assertThat(properties())
        .extracting(property -> property.path("name").asText())
        .contains(
            "throttle.enabled",
            "throttle.buckets",
            "throttle.advice.enabled",
            "throttle.clients.enabled",
            "throttle.web.enabled");
    assertThat(properties())
        .allSatisfy(
            property ->
                assertThat(property.path("description").asText()).isNotBlank().endsWith("."));
  }

  @Test
  void the_elements_of_a_bucket_are_all_there_are() throws IOException {
    String described =
        properties().stream()
            .filter(property -> property.path("name").asText().equals("throttle.buckets"))
            .findFirst()
            .orElseThrow()
            .path("description")
            .asText();
    Matcher elements = Pattern.compile("Elements: (.*), and also").matcher(described);
    assertThat(elements.find()).isTrue();
    assertThat(List.of(elements.group(1).split(", "))).containsExactlyElementsOf(elementsOfCore());
  }

  /** Those that a wrong one is told of. */
  private static List<String> elementsOfCore() {
    try {
      Configuration.of(Map.of("throttle.buckets.a.zzzzzzzz", "1"), "test");
      throw new AssertionError("accepted");
    } catch (IllegalArgumentException e) {
      Matcher list = Pattern.compile("there are (.*)\\.").matcher(String.valueOf(e.getMessage()));
      assertThat(list.find()).isTrue();
      return List.of(list.group(1).split(", ")).stream()
          .map(element -> element.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT))
          .toList();
    }
  }
}
