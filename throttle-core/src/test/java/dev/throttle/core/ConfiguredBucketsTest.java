package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Priority;
import dev.throttle.core.plan.MethodPlan;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the configuration makes of buckets, wherever they are defined. */
class ConfiguredBucketsTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Limit TEN = Limit.of(10, SECOND);

  @TempDir Path folder;

  private final ClassLoader context = Thread.currentThread().getContextClassLoader();

  @AfterEach
  void restoreLoader() {
    Thread.currentThread().setContextClassLoader(context);
  }

  private static Buckets buckets(String... lines) {
    Map<String, String> properties =
        Stream.of(lines)
            .map(line -> line.split("=", 2))
            .collect(
                java.util.stream.Collectors.toMap(line -> "throttle." + line[0], line -> line[1]));
    return Buckets.builder().configuration(Configuration.of(properties, "app.yaml")).build();
  }

  @Test
  void a_bucket_of_the_code_is_overridden() {
    Buckets buckets =
        buckets(
            "buckets.a.limit=5",
            "buckets.a.also.1.limit=100",
            "buckets.a.also.1.period=PT1M",
            "buckets.a.maxQueue=3",
            "buckets.a.mode=REJECT",
            "buckets.a.heedSignals=false");
    Bucket a = buckets.define("a", TEN, 7);
    assertThat(a.limits())
        .containsExactly(Limit.of(5, SECOND), Limit.of(100, Duration.ofMinutes(1)));
    assertThat(a.maxQueue()).isEqualTo(3);
    assertThat(a.mode()).isEqualTo(Mode.REJECT);
    assertThat(a.heedsSignals()).isFalse();
    assertThat(buckets.define("a", Limit.of(11, SECOND), 8)).isSameAs(a);

    assertThat(buckets("buckets.a.maxQueue=none").define("a", TEN, 7).maxQueue())
        .isEqualTo(Bucket.DEFAULT_MAX_QUEUE);

    Bucket b = buckets.define("b", TEN, 7);
    assertThat(b.limits()).containsExactly(TEN);
    assertThat(b.maxQueue()).isEqualTo(7);
    assertThat(b.mode()).isEqualTo(Mode.WAIT);
    assertThat(b.heedsSignals()).isTrue();
  }

  @Test
  void two_definitions_that_still_differ_are_refused_with_the_configuration() {
    Buckets buckets = buckets("buckets.a.limit=5");
    buckets.define("a", TEN);
    assertThatThrownBy(() -> buckets.define("a", Limit.of(10, Duration.ofMinutes(1))))
        .hasMessage(
            "bucket 'a' (5 per PT1S) is defined already, and now again as 5 per PT1M with maxQueue"
                + " 100000; before, maxQueue was 100000. Define it once and name it elsewhere. The"
                + " configuration says throttle.buckets.a.limit=5 (app.yaml).");
  }

  @Test
  void buckets_of_keys_are_overridden_whatever_their_limit() {
    Buckets buckets =
        buckets("buckets.a.guard=PT0S", "buckets.a.maxKeys=2", "buckets.a.mode=SHADOW");
    KeyedBuckets a =
        buckets.defineKeyed(
            "a", List.of(TEN), key -> List.of(Limit.of((Integer) key, SECOND)), 9, 7);
    assertThat(a.maxKeys()).isEqualTo(2);
    assertThat(a.bucket(3).limit()).isEqualTo(Limit.of(3, SECOND).withGuard(Duration.ZERO));
    assertThat(a.bucket(3).mode()).isEqualTo(Mode.SHADOW);
    a.refresh(3);
    assertThat(a.bucket(3).limit()).isEqualTo(Limit.of(3, SECOND).withGuard(Duration.ZERO));
  }

  @Test
  void limit_and_period_define_a_bucket_that_nobody_else_does() {
    Buckets buckets = buckets("buckets.a.limit=5", "buckets.a.period=PT1S");
    assertThat(buckets.find("a")).isNull();
    assertThat(buckets.throttle("a").buckets()).containsExactly(buckets.bucket("a"));
    assertThat(buckets.bucket("a").limits()).containsExactly(Limit.of(5, SECOND));
    assertThatThrownBy(() -> buckets.bucket("b"))
        .hasMessage("no bucket 'b' is defined; there are [a].");
  }

  @Test
  void limit_and_period_define_buckets_of_keys_where_those_are_asked_for() {
    Buckets buckets = buckets("buckets.a.limit=5", "buckets.a.period=PT1S", "buckets.a.maxKeys=7");
    assertThat(buckets.keyed("a").bucket("shop").limits()).containsExactly(Limit.of(5, SECOND));
    assertThat(buckets.keyed("a").maxKeys()).isEqualTo(7);
  }

  @Test
  void a_definition_of_the_index_goes_before_that_of_the_configuration_alone() throws IOException {
    Files.createDirectories(folder.resolve("META-INF/throttle"));
    Files.writeString(
        folder.resolve("META-INF/throttle/index.tsv"),
        "throttle-index\t2\nbucket\ta\t7\t\t\t10\tPT1M\t\t\t\t\t\n");
    Buckets buckets = buckets("buckets.a.limit=5", "buckets.a.period=PT1S");
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, context)) {
      Bucket a = buckets.bucket("a", loader);
      assertThat(a.limits()).containsExactly(Limit.of(5, SECOND));
      assertThat(a.maxQueue()).isEqualTo(7);
    }
  }

  @Test
  void all_limits_can_be_off_from_the_start() {
    Buckets buckets = buckets("enabled=false");
    buckets.define("a", Limit.concurrent(1));
    Throttle throttle = buckets.throttle("a").withMaxWait(Duration.ZERO);
    throttle.acquire();
    throttle.acquire();
    buckets.setEnabled(true);
    assertThatThrownBy(throttle::acquire).isInstanceOf(ThrottledException.class);
  }

  interface Api {
    @dev.throttle.annotation.Throttle(
        value = "a",
        limit = 10,
        period = "PT1S",
        cost = 2,
        maxWait = "PT9S",
        priority = Priority.HIGH)
    void defined();

    @dev.throttle.annotation.Throttle("b")
    void named();
  }

  private static Throttle throttle(String method) throws NoSuchMethodException {
    MethodPlan plan = MethodPlan.of(Api.class, Api.class.getDeclaredMethod(method));
    return Objects.requireNonNull(plan).throttle();
  }

  @Test
  void annotated_methods_are_overridden() throws Exception {
    Buckets before =
        Throttling.use(
            buckets(
                "buckets.a.limit=5",
                "buckets.a.cost=3",
                "buckets.a.maxWait=PT0S",
                "buckets.a.priority=LOW",
                "buckets.b.limit=1",
                "buckets.b.period=PT0S"));
    try {
      Throttle defined = throttle("defined");
      assertThat(defined.buckets().get(0).limits()).containsExactly(Limit.of(5, SECOND));
      assertThat(defined.cost()).isEqualTo(3);
      assertThat(defined.priority()).isEqualTo(Priority.LOW);
      assertThat(defined.tryAcquire()).isNotNull();
      assertThatThrownBy(defined::acquire).isInstanceOf(ThrottledException.class);
      assertThat(throttle("named").buckets().get(0).limits()).containsExactly(Limit.concurrent(1));
    } finally {
      Throttling.use(before).close();
    }
  }

  /** The library as another application has it, with what is in the folder. */
  private URLClassLoader application(String... lines) throws IOException {
    Files.writeString(folder.resolve("throttle.properties"), String.join("\n", lines));
    List<URL> classPath = new ArrayList<>(List.of(folder.toUri().toURL()));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      classPath.add(Path.of(entry).toUri().toURL());
    }
    return new URLClassLoader(classPath.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
  }

  private static Object bucketOf(ClassLoader application, String name) throws Exception {
    Class<?> throttling = application.loadClass(Throttling.class.getName());
    try {
      Object buckets = throttling.getMethod("buckets").invoke(null);
      return buckets.getClass().getMethod("bucket", String.class).invoke(buckets, name);
    } catch (InvocationTargetException e) {
      throw (Exception) e.getCause();
    }
  }

  @Test
  void the_buckets_of_the_process_have_the_configuration_of_the_context_class_loader()
      throws Exception {
    try (URLClassLoader application =
        application("throttle.buckets.a.limit=5", "throttle.buckets.a.period=PT1S")) {
      Thread.currentThread().setContextClassLoader(application);
      assertThat(bucketOf(application, "a")).hasToString("bucket 'a' (5 per PT1S)");
    }
  }

  @Test
  void a_context_class_loader_that_knows_nothing_of_the_library_is_not_asked() throws Exception {
    try (URLClassLoader application =
        application("throttle.buckets.a.limit=5", "throttle.buckets.a.period=PT1S")) {
      Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
      assertThat(bucketOf(application, "a")).hasToString("bucket 'a' (5 per PT1S)");
    }
  }

  @Test
  void a_wrong_configuration_is_refused_each_time() throws Exception {
    try (URLClassLoader application = application("throttle.buckets.a.limit=0")) {
      Thread.currentThread().setContextClassLoader(application);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> bucketOf(application, "a"))
            .isExactlyInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("throttle.buckets.a.limit=0 (file:");
      }
    }
  }
}
