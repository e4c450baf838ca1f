package dev.throttle.spring;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.throttle.annotation.Throttle;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttling;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.method.HandlerMethod;

/** A class that was woven pays in its body; a proxy would have nothing to add. */
class WovenTest {

  static class Prices {
    @Throttle(value = "woven", limit = 1, period = "PT1H")
    void quote() {}
  }

  interface Users {
    @Throttle(value = "woven users", limit = 1, period = "PT1H")
    void user();
  }

  static class UsersOverHttp implements Users {
    @Override
    @Throttle(value = "woven", limit = 1, period = "PT1H")
    public void user() {}
  }

  static final class WovenMarker {}

  static final class UnwovenMarker {}

  @TempDir Path jar;

  private AnnotatedMethods methods(String marker) throws IOException {
    Path index = jar.resolve("META-INF/throttle/index.tsv");
    Files.createDirectories(index.getParent());
    Files.writeString(
        index,
        "throttle-index\t2\n"
            + "method\tBODY\t"
            + Prices.class.getName()
            + "\tquote\t()\twoven\n"
            + "method\tBODY\t"
            + UsersOverHttp.class.getName()
            + "\tuser\t()\twoven\n"
            + "marker\t"
            + marker
            + "\n");
    return new AnnotatedMethods(
        new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader()));
  }

  private static Method method(Class<?> type, String name) {
    try {
      return type.getDeclaredMethod(name);
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_woven_class_is_not_advised() throws IOException {
    Throttling.confirmWoven(WovenMarker.class);
    assertThat(
            methods(WovenMarker.class.getName())
                .contain(method(Prices.class, "quote"), Prices.class))
        .isFalse();
  }

  @Test
  void a_class_that_was_to_be_woven_and_is_not_is_advised() throws IOException {
    assertThat(
            methods(UnwovenMarker.class.getName())
                .contain(method(Prices.class, "quote"), Prices.class))
        .isTrue();
  }

  @Test
  void what_the_interface_of_a_woven_class_says_is_advised() throws IOException {
    Throttling.confirmWoven(WovenMarker.class);
    AnnotatedMethods methods = methods(WovenMarker.class.getName());
    Method user = method(UsersOverHttp.class, "user");
    assertThat(methods.contain(user, UsersOverHttp.class)).isTrue();
    assertThat(requireNonNull(methods.plan(user, UsersOverHttp.class)).bucketNames())
        .containsExactly("woven users");
  }

  @Test
  void a_class_whose_marker_is_not_there_is_advised() throws IOException {
    assertThat(methods("moved.Marker").contain(method(Prices.class, "quote"), Prices.class))
        .isTrue();
  }

  @Test
  void a_woven_controller_is_answered_for_too() throws IOException {
    Throttling.confirmWoven(WovenMarker.class);
    Buckets buckets = Buckets.create();
    buckets.define("woven", Limit.of(1, Duration.ofHours(1)));
    dev.throttle.core.Throttle own = buckets.throttle("woven").withMaxWait(Duration.ZERO);
    own.acquire().close();
    Throwable refusal = catchThrowable(own::acquire);
    HandlerMethod handler = new HandlerMethod(new Prices(), method(Prices.class, "quote"));
    assertThat(new RefusedCalls(methods(WovenMarker.class.getName())).headers(refusal, handler))
        .containsKey("Retry-After");
  }
}
