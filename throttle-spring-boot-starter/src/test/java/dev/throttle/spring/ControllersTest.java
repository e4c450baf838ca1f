package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Throttle;
import dev.throttle.core.Throttling;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import reactor.core.publisher.Mono;

@Tag("once")
class ControllersTest {

  @RestController
  static class Users {

    @GetMapping("/users")
    @Throttle(value = "own/users", limit = 1, period = "PT1H", maxWait = "PT0S")
    String users() {
      return "users";
    }

    @GetMapping("/mono")
    @Throttle(value = "own/mono", limit = 1, period = "PT1H", maxWait = "PT0S")
    Mono<String> mono() {
      return Mono.just("mono");
    }

    @GetMapping("/umlaut")
    @Throttle(value = "own/größe", limit = 1, period = "PT1H", maxWait = "PT0S")
    String umlaut() {
      return "umlaut";
    }

    /** Is itself refused by a limit of somebody else. */
    @GetMapping("/within")
    String within() {
      dev.throttle.core.Throttle foreign = Throttling.buckets().throttle("own/users");
      foreign.withMaxWait(Duration.ZERO).acquire().close();
      return "within";
    }
  }

  /** For every exception, as many applications have it. */
  @RestControllerAdvice
  static class CatchAll {
    @ExceptionHandler
    ResponseEntity<String> any(Exception e) {
      return ResponseEntity.internalServerError().body("caught");
    }
  }

  @Configuration(proxyBeanMethods = false)
  @Import(CatchAll.class)
  static class WithCatchAll extends Application {}

  @Test
  void a_handler_for_all_exceptions_gets_all_but_ours() throws Exception {
    try (RunningApplication application =
        new RunningApplication(WithCatchAll.class, WebApplicationType.SERVLET)) {
      application.get("/users");
      HttpResponse<String> refused = application.get("/users");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(application.get("/within").body()).isEqualTo("caught");
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    @Bean
    Users users() {
      return new Users();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SERVLET", "REACTIVE"})
  void a_refused_call_is_answered_with_429(WebApplicationType type) throws Exception {
    try (RunningApplication application = new RunningApplication(Application.class, type)) {
      assertThat(application.get("/users").body()).isEqualTo("users");
      HttpResponse<String> refused = application.get("/users");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
          .isBetween(3_500, 3_601);
      assertThat(refused.headers().firstValue("RateLimit").orElseThrow())
          .matches("\"own/users\";r=0;t=3[56]\\d\\d");
      assertThat(refused.headers().firstValue("RateLimit-Policy"))
          .contains("\"own/users\";q=1;w=3600");
      assertThat(application.get("/mono").body()).isEqualTo("mono");
      assertThat(application.get("/mono").statusCode()).isEqualTo(429);

      // A field of HTTP cannot hold this name.
      assertThat(application.get("/umlaut").body()).isEqualTo("umlaut");
      HttpResponse<String> unnamed = application.get("/umlaut");
      assertThat(unnamed.statusCode()).isEqualTo(429);
      assertThat(unnamed.headers().firstValue("Retry-After")).isPresent();
      assertThat(unnamed.headers().firstValue("RateLimit")).isEmpty();

      // That somebody else's limit refuses is no matter of the caller.
      HttpResponse<String> failed = application.get("/within");
      assertThat(failed.statusCode()).isEqualTo(500);
      assertThat(failed.headers().firstValue("Retry-After")).isEmpty();
    }
  }

  @Test
  void answers_can_be_left_to_the_application() throws Exception {
    try (RunningApplication application =
        new RunningApplication(
            Application.class, WebApplicationType.SERVLET, "throttle.web.enabled=false")) {
      application.get("/users");
      assertThat(application.get("/users").statusCode()).isEqualTo(500);
    }
  }
}
