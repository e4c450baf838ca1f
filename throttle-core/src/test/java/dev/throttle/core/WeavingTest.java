package dev.throttle.core;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is noticed of classes that were not woven. */
class WeavingTest {

  private static final String PRICES = "method\tBODY\tcom.acme.Prices\tquote\t()V\ta\n";
  private static final String RATES = "method\tBODY\tcom.acme.Rates$Euro\trate\t()V\ta\n";
  private static final String API = "method\tINTERFACE\tcom.acme.FooApi\tuser\t()V\ta\n";

  @TempDir Path classes;
  @TempDir Path otherClasses;

  private final ClassLoader context = Thread.currentThread().getContextClassLoader();

  @AfterEach
  void restoreLoader() {
    Thread.currentThread().setContextClassLoader(context);
  }

  @Test
  void requireWoven_withoutAnIndex_isContent() {
    assertThatCode(Throttling::requireWoven).doesNotThrowAnyException();
  }

  @Test
  void requireWoven_whereTheAspectConfirms_isContent() throws Exception {
    index(
        classes,
        "method\tBODY\tcom.acme.Prices\tquote\t()V\ta\nmarker\t" + Woven.class.getName() + "\n");
    assertThatCode(Throttling::requireWoven).doesNotThrowAnyException();
  }

  @Test
  void requireWoven_wherePluginWasForgotten_namesClassesAndFix() throws Exception {
    index(
        classes,
        "bucket\ta\t\t\tfalse\t1\tPT1S\t\t\t\t\t\n"
            + "method\tBODY\tcom.acme.Prices\tquote\t()V\ta\n"
            + "method\tBODY\tcom.acme.Prices\task\t()V\ta\n"
            + "method\tINTERFACE\tcom.acme.FooApi\tuser\t()V\ta\n"
            + "marker\t"
            + NotWoven.class.getName()
            + "\n");
    assertThatThrownBy(Throttling::requireWoven)
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage(
            "@Throttle has no effect on these classes, because they were not woven:\n"
                + "  com.acme.FooApi, com.acme.Prices\n"
                + "    in "
                + location()
                + "\nFix: add the aspectj-maven-plugin, with dev.throttle:throttle-aspect as its aspect"
                + " library, to the pom.xml that builds them, or weave them as they are loaded"
                + " (docs/weaving.md has both to copy, and how to weave a jar of others). Classes in"
                + " test-classes need the plugin's goal test-compile too. Where they are throttled"
                + " in another way, say throttle.weaving=silent in throttle.properties or as a"
                + " system property.");
  }

  @Test
  void requireWoven_whereTheAspectIsMissingAtRunTime_saysSo() throws Exception {
    index(
        classes,
        "method\tBODY\tcom.acme.Prices\tquote\t()V\ta\nmarker\t" + Broken.class.getName() + "\n");
    assertThatThrownBy(Throttling::requireWoven)
        .hasMessage(
            "the classes in "
                + location()
                + " were woven, but what they were woven with cannot be loaded:"
                + " java.lang.NoClassDefFoundError: dev/throttle/aspect/WeavingMarkers. Fix: add"
                + " dev.throttle:throttle-aspect to the dependencies, not only to the plugin.");
  }

  @Test
  void requireWoven_whereTheRuntimeOfAspectJIsOlder_saysSo() throws Exception {
    index(classes, PRICES + marker(BrokenByAspectJ.class));
    index(otherClasses, RATES + marker(NotWoven.class));
    assertThatThrownBy(Throttling::requireWoven)
        .hasMessageContaining("\n  com.acme.Rates$Euro\n")
        .hasMessageEndingWith(
            "\nthe classes in "
                + location()
                + " were woven, but what they were woven with cannot be loaded:"
                + " java.lang.NoSuchMethodError: 'void org.aspectj.lang.X.y()'. Fix: take"
                + " org.aspectj:aspectjrt in the version of the weaver (aspectjtools or"
                + " aspectjweaver) or a newer one.");
  }

  @Test
  void requireWoven_whereTheMarkerFailsOtherwise_saysWhatHappened() throws Exception {
    index(classes, PRICES + marker(BrokenOtherwise.class));
    assertThatThrownBy(Throttling::requireWoven)
        .hasMessageEndingWith(
            " cannot be loaded: java.lang.NoSuchMethodError: 'boolean"
                + " dev.throttle.aspect.WeavingMarkers.x()'.");
  }

  @Test
  void requireWoven_whereTheClassesAreGone_isContent() throws Exception {
    index(classes, "method\tBODY\tcom.acme.Prices\tquote\t()V\ta\nmarker\tcom.acme.Gone\n");
    assertThatCode(Throttling::requireWoven).doesNotThrowAnyException();
  }

  // ---- a single class

  @Test
  void a_class_that_the_build_left_out_is_named() throws Exception {
    index(classes, PRICES + RATES + marker(WovenByTheBuild.class));
    classFile("com/acme/Prices", "dev/throttle/aspect/ThrottledBodies");
    classFile("com/acme/Rates$Euro", "com/acme/Rates");
    assertThatThrownBy(Throttling::requireWoven)
        .hasMessageStartingWith(
            "@Throttle has no effect on these classes, because they were not woven:\n"
                + "  com.acme.Rates$Euro\n    in "
                + location());
    assertThat(Throttling.wovenClasses(Thread.currentThread().getContextClassLoader()))
        .containsExactly("com.acme.Prices");
  }

  @Test
  void what_an_agent_weaves_is_not_looked_for_in_the_class_files() throws Exception {
    index(classes, PRICES + marker(Woven.class));
    classFile("com/acme/Prices", "com/acme/Rates");
    assertThatCode(Throttling::requireWoven).doesNotThrowAnyException();
  }

  @Test
  void a_class_file_that_is_gone_is_not_missed() throws Exception {
    index(classes, PRICES + marker(WovenByTheBuild.class));
    assertThatCode(Throttling::requireWoven).doesNotThrowAnyException();
  }

  // ---- several compilations in one index

  @Test
  void where_markers_disagree_each_class_file_speaks_for_itself() throws Exception {
    ClassLoader loader =
        index(classes, PRICES + marker(WovenByTheBuild.class) + RATES + marker(NotWoven.class));
    classFile("com/acme/Prices", "dev/throttle/aspect/ThrottledBodies");
    classFile("com/acme/Rates$Euro", "com/acme/Rates");
    assertThatThrownBy(Throttling::requireWoven)
        .hasMessageContaining("\n  com.acme.Rates$Euro\n    in " + location());
    assertThat(Throttling.wovenClasses(loader)).containsExactly("com.acme.Prices");
  }

  @Test
  void where_markers_disagree_and_an_agent_wove_no_class_is_accused_or_left_alone()
      throws Exception {
    ClassLoader loader =
        index(classes, PRICES + marker(Woven.class) + RATES + marker(NotWoven.class));
    classFile("com/acme/Prices", "com/acme/Rates");
    classFile("com/acme/Rates$Euro", "com/acme/Rates");
    assertThatCode(Throttling::requireWoven).doesNotThrowAnyException();
    assertThat(Throttling.wovenClasses(loader)).isEmpty();
  }

  // ---- indexes that are not ours, or not yet

  @ParameterizedTest
  @ValueSource(strings = {"", "throttle-index\t3\n"})
  void an_index_of_a_throttle_that_others_moved_is_theirs(String header) throws Exception {
    ClassLoader loader =
        index(
            classes,
            header
                + "bucket\ta\t\t\tfalse\t1\tPT1S\t\t\t\t\t\n"
                + PRICES
                + "marker\tcom.acme.Prices_ThrottleWoven\n");
    classFile(
        "com/acme/Prices_ThrottleWoven",
        "Lcom/acme/shaded/throttle/annotation/GeneratedWeavingMarker;");
    assertThatCode(Throttling::requireWoven).doesNotThrowAnyException();
    assertThat(Index.of(loader)).isEmpty();
  }

  @Test
  void an_index_that_cannot_be_read_hides_nothing_of_the_others() throws Exception {
    index(classes, "throttle-index\t3\n" + PRICES + marker(NotWoven.class));
    ClassLoader loader = index(otherClasses, RATES + marker(NotWoven.class));
    assertThatThrownBy(Throttling::requireWoven)
        .hasMessageContaining("\n  com.acme.Rates$Euro\n")
        .hasMessageContaining("\ncannot read " + location() + Index.PATH);
    assertThat(Throttling.wovenClasses(loader)).isEmpty();
    assertThatCode(() -> warn(loader, warning -> {})).doesNotThrowAnyException();
  }

  // ---- methods without a body

  @Test
  void an_interface_whose_calls_nobody_can_have_woven_is_named() throws Exception {
    index(classes, API + marker(NotWoven.class));
    assertThatThrownBy(Throttling::requireWoven).hasMessageContaining("\n  com.acme.FooApi\n");
  }

  @Test
  void an_interface_may_be_called_by_a_module_that_was_woven() throws Exception {
    index(classes, API + marker(NotWoven.class));
    index(otherClasses, RATES + marker(Woven.class));
    assertThatCode(Throttling::requireWoven).doesNotThrowAnyException();
  }

  @Test
  void an_interface_may_be_owned_by_a_hook_that_is_there() throws Exception {
    index(classes, API + PRICES + marker(NotWoven.class));
    ClassLoader withFeign =
        new ClassLoader(Thread.currentThread().getContextClassLoader()) {
          @Override
          protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.equals("dev.throttle.clients.feign.ThrottleCapability")) {
              return NotWoven.class;
            }
            throw new ClassNotFoundException(name);
          }
        };
    Thread.currentThread().setContextClassLoader(withFeign);
    assertThatThrownBy(Throttling::requireWoven).hasMessageContaining("\n  com.acme.Prices\n");
  }

  // ---- what is done about it

  @Test
  void it_fails_as_long_as_it_is_to_fail() throws Exception {
    ClassLoader loader = index(classes, PRICES + marker(NotWoven.class));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(
              () -> Weaving.check(loader, name -> false, Weaving.NOT_WOVEN, () -> Unwoven.FAIL))
          .isExactlyInstanceOf(IllegalStateException.class)
          .hasMessageContaining("com.acme.Prices");
    }
  }

  @Test
  void a_warning_is_given_once_for_a_class_loader() throws Exception {
    ClassLoader loader = index(classes, PRICES + marker(NotWoven.class));
    AtomicInteger warnings = new AtomicInteger();
    for (int i = 0; i < 2; i++) {
      Weaving.check(
          loader,
          name -> false,
          Weaving.NOT_WOVEN,
          () -> {
            warnings.incrementAndGet();
            return Unwoven.WARN;
          });
    }
    assertThat(warnings).hasValue(1);
  }

  @Test
  void an_appender_that_makes_a_throttled_call_does_not_begin_it_again() throws Exception {
    ClassLoader loader = index(classes, PRICES + marker(NotWoven.class));
    List<String> warnings = new ArrayList<>();
    warn(
        loader,
        warning -> {
          warnings.add(warning);
          warn(loader, warnings::add);
        });
    assertThat(warnings).hasSize(1);
  }

  @Test
  void two_threads_that_look_at_once_warn_once() throws Exception {
    ClassLoader loader = index(classes, PRICES + marker(NotWoven.class));
    CyclicBarrier both = new CyclicBarrier(2);
    Queue<String> warnings = new ConcurrentLinkedQueue<>();
    Runnable check =
        () ->
            Weaving.check(
                loader,
                name -> false,
                Weaving.NOT_WOVEN,
                () -> {
                  await(both);
                  return Unwoven.WARN;
                },
                warnings::add);
    CompletableFuture.allOf(run(check), run(check)).get(1, MINUTES);
    assertThat(warnings).hasSize(1);
  }

  private static CompletableFuture<Void> run(Runnable task) {
    return CompletableFuture.runAsync(task, of -> new Thread(of).start());
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(1, MINUTES);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void warn(ClassLoader loader, Consumer<String> log) {
    Weaving.check(loader, name -> false, Weaving.NOT_WOVEN, () -> Unwoven.WARN, log);
  }

  @Test
  void a_check_that_is_to_warn_does_not_throw_what_happens_to_it() throws Exception {
    ClassLoader loader = index(classes, PRICES + marker(NotWoven.class));
    List<Predicate<String>> failing =
        List.of(
            name -> {
              throw new IllegalArgumentException("no bean");
            },
            name -> {
              throw new NoClassDefFoundError("com/acme/Gone");
            });
    for (Predicate<String> isCovered : failing) {
      assertThatThrownBy(
              () -> Weaving.check(loader, isCovered, Weaving.NOT_WOVEN, () -> Unwoven.FAIL))
          .isExactlyInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("it cannot be told which classes were not woven: java.lang.")
          .hasCauseInstanceOf(Throwable.class);
    }
    List<String> warnings = new ArrayList<>();
    Weaving.check(loader, failing.get(1), Weaving.NOT_WOVEN, () -> Unwoven.WARN, warnings::add);
    assertThat(warnings)
        .containsExactly(
            "it cannot be told which classes were not woven: java.lang.NoClassDefFoundError:"
                + " com/acme/Gone");
  }

  @Test
  void a_missing_aspect_is_told_like_a_class_that_was_not_woven() throws Exception {
    ClassLoader loader = index(classes, PRICES + marker(BrokenToo.class));
    assertThatThrownBy(
            () -> Weaving.check(loader, name -> false, Weaving.NOT_WOVEN, () -> Unwoven.FAIL))
        .hasMessageContaining("were woven, but what they were woven with cannot be loaded");
    assertThatCode(
            () -> Weaving.check(loader, name -> false, Weaving.NOT_WOVEN, () -> Unwoven.WARN))
        .doesNotThrowAnyException();
  }

  @Test
  void what_is_throttled_in_another_way_is_not_named() throws Exception {
    ClassLoader loader = index(classes, PRICES + RATES + marker(NotWoven.class));
    Configuration fail = Configuration.of(Map.of("throttle.weaving", "fail"), "test");
    Throwable thrown =
        catchThrowable(
            () -> Throttling.checkWoven(loader, fail, name -> name.equals("com.acme.Prices")));
    assertThat(thrown)
        .hasMessageStartingWith(
            "@Throttle has no effect on these classes, because they were not woven, nor are they"
                + " beans that are throttled in this application context (they may be left out of"
                + " it by a profile or a test slice, or belong to a child of it):\n"
                + "  com.acme.Rates$Euro\n");
  }

  @Test
  void nobody_looks_if_nobody_is_to_be_told() throws Exception {
    index(classes, "nonsense\nbucket\n");
    Configuration silent = Configuration.of(Map.of("throttle.weaving", "silent"), "test");
    assertThatCode(
            () ->
                Throttling.checkWoven(
                    Thread.currentThread().getContextClassLoader(), silent, name -> false))
        .doesNotThrowAnyException();
  }

  @Test
  void a_file_of_the_application_says_what_is_done() throws Exception {
    index(classes, PRICES + marker(NotWoven.class));
    assertThatThrownBy(() -> Throttling.checkWoven(Unwoven.FAIL))
        .isExactlyInstanceOf(IllegalStateException.class);
    Files.writeString(classes.resolve("throttle.properties"), "throttle.weaving=silent\n");
    assertThatCode(() -> Throttling.checkWoven(Unwoven.FAIL)).doesNotThrowAnyException();
  }

  private static String marker(Class<?> marker) {
    return "marker\t" + marker.getName() + "\n";
  }

  private void classFile(String name, String constant) throws IOException {
    Path file = classes.resolve(name + ".class");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "\u00ca\u00fe\u00ba\u00be" + constant);
  }

  private String location() throws MalformedURLException {
    return classes.toUri().toURL().toString();
  }

  private static ClassLoader index(Path jar, String lines) throws IOException {
    Files.createDirectories(jar.resolve("META-INF/throttle"));
    Files.writeString(jar.resolve(Index.PATH), "throttle-index\t2\n" + lines);
    ClassLoader loader =
        new URLClassLoader(
            new URL[] {jar.toUri().toURL()}, Thread.currentThread().getContextClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    return loader;
  }

  static final class Woven {
    static {
      Throttling.confirmWoven(Woven.class);
    }
  }

  /** Its class file looks like one that the AspectJ compiler wrote. */
  static final class WovenByTheBuild {
    static {
      Throttling.confirmWoven(WovenByTheBuild.class);
      assertThat("dev/throttle/aspect/WeavingMarkers").isNotEmpty();
    }
  }

  static final class NotWoven {}

  static final class BrokenByAspectJ {
    static {
      missingMethod("'void org.aspectj.lang.X.y()'");
    }
  }

  static final class BrokenOtherwise {
    static {
      missingMethod("'boolean dev.throttle.aspect.WeavingMarkers.x()'");
    }
  }

  private static void missingMethod(String name) {
    throw new NoSuchMethodError(name);
  }

  static final class Broken {
    static {
      missing("dev/throttle/aspect/WeavingMarkers");
    }
  }

  private static void missing(String name) {
    throw new NoClassDefFoundError(name);
  }

  static final class BrokenToo {
    static {
      missing("dev/throttle/aspect/WeavingMarkers");
    }
  }
}
