package dev.throttle.remote.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;
import org.yaml.snakeyaml.Yaml;

/** What is written about running it elsewhere, as far as it can be known here. */
class DeploymentTest {

  private static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  private static final Path DOCS = MODULE.getParent().getParent().resolve("docs");

  /** Returns what the server makes of an application.yaml; nothing in it may be unknown. */
  private static Settings settings(String yaml) throws IOException {
    MutablePropertySources sources = new MutablePropertySources();
    new YamlPropertySourceLoader()
        .load("example", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
        .forEach(sources::addLast);
    Settings settings =
        new Binder(ConfigurationPropertySources.from(sources))
            .bindOrCreate(
                "throttle.server",
                Bindable.of(Settings.class),
                new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
    assertThat(new StandardEnvironment().resolvePlaceholders(yaml)).isEqualTo(yaml);
    return settings;
  }

  @Test
  void the_objects_for_kubernetes_fit_together() throws IOException {
    String text = Files.readString(DOCS.resolve("examples/kubernetes.yaml"));
    List<Map<String, Object>> objects = new ArrayList<>();
    new Yaml().loadAll(text).forEach(object -> objects.add(asMap(object)));
    assertThat(objects)
        .extracting(object -> object.get("kind"))
        .containsExactly("Secret", "Deployment", "Service");
    Settings settings =
        settings(String.valueOf(asMap(objects.get(0).get("stringData")).get("application.yaml")));
    assertThat(settings.store()).isEqualTo("redis://redis:6379");
    assertThat(settings.clients()).extracting(Settings.OfClient::id).contains("orders", "ops");

    Map<String, Object> pod =
        asMap(asMap(asMap(objects.get(1).get("spec")).get("template")).get("spec"));
    assertThat(asMap(pod.get("securityContext"))).containsEntry("runAsNonRoot", true);
    Map<String, Object> container = asMap(((List<?>) pod.get("containers")).get(0));
    assertThat(container)
        .containsKeys("startupProbe", "livenessProbe", "readinessProbe", "resources");
    assertThat(asMap(container.get("securityContext")))
        .containsEntry("readOnlyRootFilesystem", true)
        .containsEntry("allowPrivilegeEscalation", false);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> asMap(Object of) {
    return (Map<String, Object>) of;
  }

  @Test
  void the_container_runs_as_nobody_in_particular() throws IOException {
    assertThat(Files.readAllLines(MODULE.resolve("Dockerfile")))
        .contains("USER 10001:10001", "ENTRYPOINT [\"java\", \"-jar\", \"server.jar\"]")
        .anyMatch(line -> line.startsWith("HEALTHCHECK"))
        .anyMatch(line -> line.matches("FROM eclipse-temurin:\\d+-jre"));
  }

  @Test
  void the_configurations_of_the_guide_are_understood() throws IOException {
    String guide = Files.readString(DOCS.resolve("server.md"));
    List<String> examples =
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
            .matcher(guide)
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(examples).isNotEmpty();
    for (String example : examples) {
      settings(example);
    }
  }

  @Test
  void the_guide_names_each_property_with_its_default() throws IOException {
    String guide = Files.readString(DOCS.resolve("server.md"));
    for (var property : Settings.class.getRecordComponents()) {
      String name =
          property.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
      assertThat(guide).contains("`throttle.server." + name);
    }
  }
}
