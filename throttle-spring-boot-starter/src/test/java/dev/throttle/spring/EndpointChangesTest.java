package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

class EndpointChangesTest {

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {}

  private static RunningApplication application;

  @BeforeAll
  static void start() {
    application =
        new RunningApplication(
            Application.class,
            WebApplicationType.SERVLET,
            "throttle.buckets.later.limit=5",
            "throttle.buckets.later.period=PT1M",
            "management.endpoints.web.exposure.include=throttle");
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @Test
  void a_wrong_pause_changes_nothing() throws Exception {
    Bucket bucket =
        application.bean(Buckets.class).define("part", Limit.of(100, Duration.ofMinutes(1)));
    assertThat(
            application
                .post("/actuator/throttle/part", "{\"limit\": 50, \"pause\": \"-PT5M\"}")
                .statusCode())
        .isEqualTo(400);
    assertThat(bucket.limit().permits()).isEqualTo(100);
  }

  @Test
  void what_only_the_properties_define_does_not_become_one_per_key_by_a_change() throws Exception {
    Buckets buckets = application.bean(Buckets.class);
    System.out.println(application.post("/actuator/throttle/later", "{\"limit\": 4}").body());
    assertThat(buckets.bucket("later").limit().permits()).isEqualTo(5);
  }

  @Test
  void a_name_that_is_a_url_can_be_shown() throws Exception {
    application
        .bean(Buckets.class)
        .define("http://localhost:8080", Limit.of(1, Duration.ofMinutes(1)));
    assertThat(application.get("/actuator/throttle/http://localhost:8080").statusCode())
        .isEqualTo(200);
  }

  @Test
  void a_first_limit_of_several_can_be_changed() throws Exception {
    Bucket bucket =
        application
            .bean(Buckets.class)
            .define(
                "several",
                java.util.List.of(
                    Limit.of(10, Duration.ofSeconds(1)), Limit.of(100, Duration.ofMinutes(1))),
                10);
    var response = application.post("/actuator/throttle/several", "{\"limit\": 5}");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(bucket.limits())
        .containsExactly(Limit.of(5, Duration.ofSeconds(1)), Limit.of(100, Duration.ofMinutes(1)));
  }
}
