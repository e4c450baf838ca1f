package dev.throttle.clients.retrofit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Throttle;
import dev.throttle.core.plan.MethodPlan;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class WithoutRetrofitTest {

  interface Api {
    @Throttle(value = "api", limit = 1, period = "PT1S")
    CompletableFuture<String> method();

    @Throttle(value = "api", limit = 1, period = "PT1S")
    String plain();

    @Throttle(value = "api", limit = 1, period = "PT1S")
    Flow.Publisher<String> stream();
  }

  @Test
  void plans_are_made_where_there_is_no_client_and_no_reactive_library() throws Exception {
    List<URL> path = new ArrayList<>();
    for (Class<?> needed :
        List.of(
            MethodPlan.class,
            Throttle.class,
            CallReturnType.class,
            Api.class,
            LoggerFactory.class,
            NullMarked.class)) {
      path.add(needed.getProtectionDomain().getCodeSource().getLocation());
    }
    path.add(
        CallReturnType.class
            .getResource("/META-INF/services/dev.throttle.core.plan.ReturnType")
            .toURI()
            .resolve("../..")
            .toURL());
    try (URLClassLoader alone =
        new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      for (String absent :
          List.of(
              "retrofit2.Call",
              "reactor.core.publisher.Mono",
              "io.reactivex.rxjava3.core.Single",
              "org.reactivestreams.Publisher")) {
        assertThatThrownBy(() -> alone.loadClass(absent))
            .isInstanceOf(ClassNotFoundException.class);
      }
      Class<?> api = alone.loadClass(Api.class.getName());
      Method of =
          alone.loadClass(MethodPlan.class.getName()).getMethod("of", Class.class, Method.class);
      Object asynchronous = of.invoke(null, api, api.getDeclaredMethod("method"));
      Object stream = of.invoke(null, api, api.getDeclaredMethod("stream"));
      Object plain = of.invoke(null, api, api.getDeclaredMethod("plain"));
      Method isPlain = asynchronous.getClass().getMethod("isPlain");
      assertThat(isPlain.invoke(asynchronous)).isEqualTo(false);
      assertThat(isPlain.invoke(stream)).isEqualTo(false);
      assertThat(isPlain.invoke(plain)).isEqualTo(true);
    }
  }
}
