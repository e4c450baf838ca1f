package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Throttle;
import dev.throttle.clients.rule.UriRequest;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Buckets;
import dev.throttle.core.Configuration;
import dev.throttle.core.Limit;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.service.annotation.GetExchange;

/** The examples of docs/spring.md; {@code DocumentationTest} of throttle-test compares them. */
class DocumentedSpringTest {

  @Throttle(value = "api.foo.com", limit = 600, period = "PT1M")
  interface FooApi {

    @GetExchange("/users/{id}")
    @Throttle(value = "api.foo.com/users", limit = 100, period = "PT15M")
    String user(@PathVariable int id);
  }

  static class Shops {

    @Bean
    UriRules rules(Buckets buckets) {
      buckets.defineKeyed("shops", Limit.of(40, Duration.ofSeconds(20)));
      return UriRules.of(buckets)
          .when("*.myshop.com/**")
          .keyedBy(request -> request.uri().getHost())
          .pass("shops");
    }
  }

  @RestController
  static class Reports {

    @GetMapping("/reports")
    @Throttle(value = "own/reports", limit = 5, period = "PT1M", maxWait = "PT0S")
    String report() {
      return "42";
    }
  }

  @Test
  void an_annotated_service_takes_its_turn() {
    Starter.application()
        .withBean(Prices.class)
        .withBean(Reports.class)
        .withBean(FooApi.class, () -> id -> "user " + id)
        .run(
            context -> {
              assertThat(context.getBean(Prices.class).quote("A")).isEqualTo("A costs 3");
              assertThat(context.getBean(Reports.class).report()).isEqualTo("42");
              assertThat(context.getBean(FooApi.class).user(7)).isEqualTo("user 7");
              Buckets buckets = context.getBean(Buckets.class);
              assertThat(buckets.bucket("api.foo.com/prices").inUse()).isEqualTo(1);
              assertThat(buckets.bucket("own/reports").inUse()).isEqualTo(1);
              assertThat(buckets.bucket("api.foo.com/users").inUse()).isEqualTo(1);
            });
  }

  @Test
  void each_shop_has_a_bucket_of_its_own() {
    Starter.application()
        .withUserConfiguration(Shops.class)
        .run(
            context -> {
              UriRules rules = context.getBean(UriRules.class);
              rules.due(request("https://one.myshop.com/orders")).acquire().close();
              rules.due(request("https://two.myshop.com/orders")).acquire().close();
              assertThat(context.getBean(Buckets.class).keyed("shops").size()).isEqualTo(2);
            });
  }

  private static UriRequest request(String uri) {
    return new UriRequest() {
      @Override
      public String method() {
        return "GET";
      }

      @Override
      public URI uri() {
        return URI.create(uri);
      }

      @Override
      public String header(String name) {
        return "";
      }
    };
  }

  @Test
  void what_is_wrong_is_refused_as_the_page_shows() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    throttle:
                      buckets:
                        api.foo.com/prices:
                          limmit: 5
                    """))
        .hasMessage(
            "throttle.buckets.api.foo.com/prices.limmit=5 (class path resource [application.yaml]"
                + " - 4:15): unknown element 'limmit'. Did you mean 'limit'?");
  }

  @Test
  void every_yaml_of_the_page_is_accepted() throws IOException {
    List<String> examples = new ArrayList<>();
    Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(page()))
        .results()
        .forEach(found -> examples.add(found.group(1)));
    assertThat(examples)
        .hasSize(2)
        .allSatisfy(example -> assertThat(read(example).bucketNames()).isNotEmpty());
    assertThat(read(examples.get(0)).bucketNames())
        .containsExactly("api.foo.com/prices", "partner");
    assertThat(read(examples.get(1)).uris("api.foo.com")).hasSize(1);
  }

  /** Wherever this module's tests are run from. */
  private static Path page() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/spring.md"))) {
      folder = folder.getParent();
    }
    return folder.resolve("docs/spring.md");
  }

  private static Configuration read(String yaml) throws IOException {
    StandardEnvironment environment = new StandardEnvironment();
    MutablePropertySources sources = environment.getPropertySources();
    ByteArrayResource file =
        new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)) {
          @Override
          public String getDescription() {
            return "class path resource [application.yaml]";
          }

          @Override
          public String toString() {
            return getDescription();
          }
        };
    for (PropertySource<?> source : new YamlPropertySourceLoader().load("yaml", file)) {
      sources.addLast(source);
    }
    return EnvironmentSettings.configuration(
        environment, new ClassLoader(ClassLoader.getPlatformClassLoader()) {});
  }
}

@Service
class Prices {

  @Throttle(value = "api.foo.com/prices", limit = 10, period = "PT1S")
  public String quote(String share) {
    return share + " costs 3";
  }
}
