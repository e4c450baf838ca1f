package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.plan.MethodPlan;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexTest {

  private static final String HEADER = "throttle-index\t2\n";

  @TempDir Path classes;

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
    index("method\tBODY\tcom.acme.Prices\tquote\t()V\ta\nmarker\t" + Woven.class.getName() + "\n");
    assertThatCode(Throttling::requireWoven).doesNotThrowAnyException();
  }

  @Test
  void requireWoven_wherePluginWasForgotten_namesClassesAndFix() throws Exception {
    index(
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
                + " library, to the pom.xml that builds them (README and docs/weaving.md have it to"
                + " copy). Classes in test-classes need the plugin's goal test-compile too. Where"
                + " client hooks do all the work and nothing is to be woven, leave this check out: in"
                + " tests by -Dthrottle.requireWoven=false.");
  }

  @Test
  void requireWoven_whereTheAspectIsMissingAtRunTime_saysSo() throws Exception {
    index("method\tBODY\tcom.acme.Prices\tquote\t()V\ta\nmarker\t" + Broken.class.getName() + "\n");
    assertThatThrownBy(Throttling::requireWoven)
        .hasMessage(
            "the classes in "
                + location()
                + " were woven, but what they were woven with cannot be loaded:"
                + " java.lang.NoClassDefFoundError: dev/throttle/aspect/WeavingMarkers. Fix: add"
                + " dev.throttle:throttle-aspect to the dependencies, not only to the plugin.");
  }

  @Test
  void requireWoven_whereTheClassesAreGone_isContent() throws Exception {
    index("method\tBODY\tcom.acme.Prices\tquote\t()V\ta\nmarker\tcom.acme.Gone\n");
    assertThatCode(Throttling::requireWoven).doesNotThrowAnyException();
  }

  @Test
  void aBucketOfTheIndex_isDefinedWhenItIsFirstNamed() throws Exception {
    ClassLoader loader = index("bucket\tnamed\t50\t\tfalse\t7\tPT1M\tSLIDING_WINDOW\t\t\t\tPT2S\n");
    Bucket bucket = Buckets.create().bucket("named", loader);
    assertThat(bucket.limit())
        .isEqualTo(Limit.of(7, Duration.ofMinutes(1)).withCountedWithin(Duration.ofSeconds(2)));
    assertThat(bucket.maxQueue()).isEqualTo(50);
  }

  @Test
  void whatIsDefinedAlready_goesBeforeTheIndex() throws Exception {
    ClassLoader loader = index("bucket\tnamed\t\t\tfalse\t7\tPT1M\t\t\t\t\t\n");
    Buckets buckets = Buckets.create();
    Bucket mine = buckets.define("named", Limit.of(1, Duration.ofSeconds(1)));
    assertThat(buckets.bucket("named", loader)).isSameAs(mine);
  }

  @Test
  void aNameThatNoIndexHas_isRefused() throws Exception {
    ClassLoader loader = index("bucket\tother\t\t\tfalse\t7\tPT1M\t\t\t\t\t\n");
    assertThatThrownBy(() -> Buckets.create().bucket("named", loader))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("no bucket 'named' is defined; there are [].");
  }

  @Test
  void twoJarsThatDisagree_areRefused() throws Exception {
    ClassLoader first = index("bucket\tnamed\t\t\tfalse\t7\tPT1M\t\t\t\t\t\n");
    Files.createDirectories(classes.resolve("second/META-INF/throttle"));
    Files.writeString(
        classes.resolve("second/META-INF/throttle/index.tsv"),
        HEADER + "bucket\tnamed\t\t\tfalse\t8\tPT1M\t\t\t\t\t\n");
    try (URLClassLoader both =
        new URLClassLoader(new URL[] {classes.resolve("second").toUri().toURL()}, first)) {
      assertThatThrownBy(() -> Buckets.create().bucket("named", both))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("bucket 'named'")
          .hasMessageContaining("is defined already");
    }
  }

  @Test
  void aMethodThatNamesABucketAlone_findsItInTheIndexOfItsLoader() throws Exception {
    index("bucket\tof the index\t\t\tfalse\t7\tPT1M\t\t\t\t\t\n");
    URL here = Named.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader application =
        new URLClassLoader(new URL[] {classes.toUri().toURL(), here}, context) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            return name.startsWith(IndexTest.class.getName())
                ? findClass(name)
                : super.loadClass(name, resolve);
          }
        }) {
      Class<?> named = application.loadClass(Named.class.getName());
      Buckets before = Throttling.use(Buckets.create());
      try {
        MethodPlan plan = MethodPlan.of(named, named.getDeclaredMethod("call"));
        assertThat(plan).isNotNull();
        assertThat(plan.throttle().buckets())
            .containsExactly(Throttling.buckets().bucket("of the index"));
      } finally {
        Throttling.use(before).close();
      }
    }
  }

  @Test
  void anIndexThatCannotBeRead_isNamed() throws Exception {
    ClassLoader loader = index("bucket\tnamed\t\t\tfalse\tmany\tPT1M\t\t\t\t\t\n");
    assertThatThrownBy(() -> Buckets.create().bucket("named", loader))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("cannot read " + location())
        .hasMessageEndingWith("For input string: \"many\". Build it again.");
  }

  @Test
  void anIndexOfAnotherVersion_isRefused() throws Exception {
    ClassLoader loader = index("throttle-index\t1\nbucket\tnamed\t7\tPT1M\t\t\t\n");
    assertThatThrownBy(() -> Buckets.create().bucket("named", loader))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage(
            "cannot read "
                + location()
                + "META-INF/throttle/index.tsv, the index that throttle-processor wrote: it has format"
                + " 1, and this throttle-core reads format 2. Take throttle-processor and"
                + " throttle-core in the same version. Build it again.");
  }

  @Test
  void aLineCutShort_isRefused() throws Exception {
    ClassLoader loader = index("bucket\tnamed\t\t\tfalse\t7\tPT1M\n");
    assertThatThrownBy(() -> Buckets.create().bucket("named", loader))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("has no field 12. Build it again.");
  }

  private String location() throws MalformedURLException {
    return classes.toUri().toURL().toString();
  }

  private ClassLoader index(String lines) throws IOException, MalformedURLException {
    Files.createDirectories(classes.resolve("META-INF/throttle"));
    Files.writeString(classes.resolve("META-INF/throttle/index.tsv"), HEADER + lines);
    ClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, context);
    Thread.currentThread().setContextClassLoader(loader);
    return loader;
  }

  static final class Woven {
    static {
      Throttling.confirmWoven(Woven.class);
    }
  }

  static final class NotWoven {}

  static final class Broken {
    static {
      missing("dev/throttle/aspect/WeavingMarkers");
    }

    private static void missing(String name) {
      throw new NoClassDefFoundError(name);
    }
  }

  static final class Named {
    @dev.throttle.annotation.Throttle("of the index")
    void call() {}
  }
}
