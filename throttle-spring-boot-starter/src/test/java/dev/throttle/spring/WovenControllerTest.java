package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Throttle;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.method.HandlerMethod;

class WovenControllerTest {

  @RestController
  static class Users {
    @GetMapping("/users")
    @Throttle(value = "own/users", limit = 1, period = "PT1H", maxWait = "PT0S")
    String users() {
      return "users";
    }
  }

  static final class Marker {}

  @TempDir Path jar;

  @Test
  void a_woven_controller_is_answered_for_too() throws Exception {
    Path index = jar.resolve("META-INF/throttle/index.tsv");
    Files.createDirectories(index.getParent());
    Files.writeString(
        index,
        "throttle-index\t2\n"
            + "method\tBODY\t"
            + Users.class.getName()
            + "\tusers\t()\town/users\n"
            + "marker\t"
            + Marker.class.getName()
            + "\n");
    Throttling.confirmWoven(Marker.class);
    AnnotatedMethods methods =
        new AnnotatedMethods(
            new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader()));
    Buckets buckets = Throttling.buckets();
    buckets.define("own/users", Limit.of(1, Duration.ofHours(1)));
    dev.throttle.core.Throttle own = buckets.throttle("own/users").withMaxWait(Duration.ZERO);
    ThrottledException refusal = null;
    for (int i = 0; i < 2; i++) {
      try {
        own.acquire().close();
      } catch (ThrottledException e) {
        refusal = e;
      }
    }
    HandlerMethod handler = new HandlerMethod(new Users(), Users.class.getDeclaredMethod("users"));
    assertThat(new RefusedCalls(methods).headers(refusal, handler)).isNotNull();
  }
}
