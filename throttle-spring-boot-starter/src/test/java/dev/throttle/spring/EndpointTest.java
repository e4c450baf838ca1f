package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Mode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

class EndpointTest {

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {}

  private static RunningApplication application;

  private Buckets buckets;
  private Bucket users;

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

  @BeforeEach
  void define() {
    buckets = application.bean(Buckets.class);
    Limit limit = Limit.of(100, Duration.ofMinutes(15));
    users = buckets.define("api.foo.com/users", limit);
    users.change(limit);
    users.change(Mode.WAIT);
    users.resume();
    buckets.setEnabled(true);
    buckets.defineKeyed("tenants", Limit.of(5, Duration.ofMinutes(1)));
  }

  @Test
  void it_lists_all_buckets() throws Exception {
    buckets.keyedThrottle("tenants").of("secret").acquire().close();
    HttpResponse<String> response = application.get("/actuator/throttle");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .contains("\"enabled\":true")
        .contains("\"name\":\"api.foo.com/users\"")
        .contains("\"limit\":\"100 per PT15M\"")
        .contains("\"name\":\"tenants\",\"keys\":1")
        .doesNotContain("secret");
  }

  @Test
  void it_shows_one_by_its_name_with_slashes() throws Exception {
    users.pause(Duration.ofHours(1));
    HttpResponse<String> response = application.get("/actuator/throttle/api.foo.com/users");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("\"free\":100").contains("\"pausedFor\":\"PT59M");
    assertThat(application.get("/actuator/throttle/api.foo.com/usres").statusCode()).isEqualTo(404);
  }

  @Test
  void it_changes_a_limit() throws Exception {
    HttpResponse<String> response =
        application.post("/actuator/throttle/api.foo.com/users", "{\"limit\": 50}");
    assertThat(response.body()).contains("\"limit\":\"50 per PT15M\"");
    assertThat(users.limit()).isEqualTo(Limit.of(50, Duration.ofMinutes(15)));
    application.post(
        "/actuator/throttle/api.foo.com/users", "{\"period\": \"PT1M\", \"mode\": \"SHADOW\"}");
    assertThat(users.limit()).isEqualTo(Limit.of(50, Duration.ofMinutes(1)));
    assertThat(users.mode()).isEqualTo(Mode.SHADOW);
  }

  @Test
  void it_pauses_and_resumes() throws Exception {
    application.post("/actuator/throttle/api.foo.com/users", "{\"pause\": \"PT1H\"}");
    assertThat(users.snapshot().pausedFor()).isPositive();
    application.post("/actuator/throttle/api.foo.com/users", "{\"resume\": true}");
    assertThat(users.snapshot().pausedFor()).isZero();
  }

  @Test
  void it_changes_all_keys_of_a_name() throws Exception {
    application.post("/actuator/throttle/tenants", "{\"limit\": 7, \"mode\": \"REJECT\"}");
    assertThat(buckets.keyed("tenants").bucket("one").limit().permits()).isEqualTo(7);
    assertThat(buckets.keyed("tenants").mode()).isEqualTo(Mode.REJECT);
    application.post("/actuator/throttle/tenants", "{\"limit\": 5, \"mode\": \"WAIT\"}");
  }

  @Test
  void it_switches_all_off_and_on() throws Exception {
    assertThat(application.post("/actuator/throttle", "{\"enabled\": false}").body())
        .contains("\"enabled\":false");
    assertThat(buckets.isEnabled()).isFalse();
    application.post("/actuator/throttle", "{\"enabled\": true}");
    assertThat(buckets.isEnabled()).isTrue();
  }

  @Test
  void what_is_wrong_is_refused_with_the_reason_and_changes_nothing() throws Exception {
    HttpResponse<String> response =
        application.post(
            "/actuator/throttle/api.foo.com/users", "{\"limit\": 0, \"mode\": \"REJECT\"}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(users.limit().permits()).isEqualTo(100);
    assertThat(users.mode()).isEqualTo(Mode.WAIT);
    assertThat(
            application
                .post("/actuator/throttle/api.foo.com/users", "{\"mode\": \"SLOW\"}")
                .statusCode())
        .isEqualTo(400);
    assertThat(application.post("/actuator/throttle/nowhere", "{\"limit\": 1}").statusCode())
        .isEqualTo(400);
  }

  @Test
  void a_wrong_pause_changes_nothing() throws Exception {
    Bucket bucket = buckets.define("part", Limit.of(100, Duration.ofMinutes(1)));
    assertThat(
            application
                .post("/actuator/throttle/part", "{\"limit\": 50, \"pause\": \"-PT5M\"}")
                .statusCode())
        .isEqualTo(400);
    assertThat(bucket.limit().permits()).isEqualTo(100);
  }

  @Test
  void what_only_the_properties_define_does_not_become_one_per_key_by_a_change() throws Exception {
    assertThat(application.post("/actuator/throttle/later", "{\"limit\": 4}").statusCode())
        .isEqualTo(400);
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
                List.of(Limit.of(10, Duration.ofSeconds(1)), Limit.of(100, Duration.ofMinutes(1))),
                10);
    var response = application.post("/actuator/throttle/several", "{\"limit\": 5}");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(bucket.limits())
        .containsExactly(Limit.of(5, Duration.ofSeconds(1)), Limit.of(100, Duration.ofMinutes(1)));
  }
}
