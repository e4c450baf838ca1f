package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.throttle.core.plan.MethodPlan;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IndexTest {

  private static final String HEADER = "throttle-index\t2\n";

  @TempDir Path classes;

  private final ClassLoader context = Thread.currentThread().getContextClassLoader();

  @AfterEach
  void restoreLoader() {
    Thread.currentThread().setContextClassLoader(context);
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
  void bucketsOfTheIndexWithKeys_areDefinedWhenTheyAreFirstNamed() throws Exception {
    ClassLoader loader = index("bucket\tnamed\t50\t\ttrue\t7\tPT1M\t\t\t\t\t\n");
    Buckets buckets = Buckets.create();
    Bucket ofKey = buckets.keyed("named", loader).bucket("acme");
    assertThat(ofKey.limit()).isEqualTo(Limit.of(7, Duration.ofMinutes(1)));
    assertThat(ofKey.maxQueue()).isEqualTo(50);
    assertThatThrownBy(() -> Buckets.create().bucket("named", loader))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'named' has a bucket for each key");
  }

  @Test
  void aBucketOfTheIndexThatNobodyPasses_hasKeysIfWhoNamesItFirstHas() throws Exception {
    ClassLoader loader = index("bucket\tnamed\t\t\t\t7\tPT1M\t\t\t\t\t\n");
    assertThat(Buckets.create().keyed("named", loader).bucket("acme").key()).isEqualTo("acme");
    assertThat(Buckets.create().bucket("named", loader).key()).isNull();
  }

  @Test
  void aBucketOfTheIndexWithoutKeys_isNotTakenForOneWithKeys() throws Exception {
    ClassLoader loader = index("bucket\tnamed\t\t\tfalse\t7\tPT1M\t\t\t\t\t\n");
    assertThatThrownBy(() -> Buckets.create().keyed("named", loader))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'named' is one bucket, and has no keys.");
  }

  @ParameterizedTest
  @MethodSource("limitsOfEachKind")
  void aLimitOfTheIndex_isTheOneThatWasWritten(String fields, Limit limit) throws Exception {
    ClassLoader loader = index("bucket\tnamed\t\t\tfalse\t" + fields + "\n");
    assertThat(Buckets.create().bucket("named", loader).limits()).containsExactly(limit);
  }

  static List<Arguments> limitsOfEachKind() {
    Duration minute = Duration.ofMinutes(1);
    ZoneId utc = ZoneId.of("UTC");
    ZoneId tokyo = ZoneId.of("Asia/Tokyo");
    return List.of(
        arguments("7\tPT1M\t\t\t\t\t", Limit.of(7, minute)),
        arguments("7\tPT0S\tSLIDING_WINDOW\t\t\t\t", Limit.concurrent(7)),
        arguments("7\tpt24h\t\t\t\t\t", Limit.of(7, Duration.ofHours(24))),
        arguments("7\tPT1M\tTOKEN_BUCKET\t\t\t\t", Limit.tokenBucket(7, minute, 7)),
        arguments("7\tPT1M\tTOKEN_BUCKET\t9\t\t\t", Limit.tokenBucket(7, minute, 9)),
        arguments("7\tPT1M\tLEAKY_BUCKET\t\t\t\t", Limit.leakyBucket(7, minute)),
        arguments("7\tPT1M\tLEAKY_BUCKET\t1\t\t\t", Limit.leakyBucket(7, minute).withBurst(1)),
        arguments("7\tPT1M\tFIXED_WINDOW\t\t\t\t", Limit.fixedWindow(7, minute)),
        arguments(
            "7\tPT1M\tFIXED_WINDOW\t\tPT5S\t\tPT2S",
            Limit.fixedWindow(7, Windows.of(minute).withOffset(Duration.ofSeconds(5)))
                .withCountedWithin(Duration.ofSeconds(2))),
        arguments("7\tP1D\t\t\t\t\t", Limit.calendar(7, Period.ofDays(1), utc)),
        arguments("7\tp1w\tFIXED_WINDOW\t\t\t\t", Limit.calendar(7, Period.ofWeeks(1), utc)),
        arguments(
            "7\tP3M\t\t\tPT9H\tAsia/Tokyo\t",
            Limit.fixedWindow(
                7, Windows.of(Period.ofMonths(3), tokyo).withOffset(Duration.ofHours(9)))));
  }

  @Test
  void severalLimitsAndAReserve_areAllRead() throws Exception {
    ClassLoader loader =
        index(
            "bucket\tnamed\t50\t20\tfalse\t10\tPT1S\t\t\t\t\t"
                + "\t1000\tP1D\t\t\t\t\t\t5\tPT0S\t\t\t\t\t\n");
    Bucket bucket = Buckets.create().bucket("named", loader);
    assertThat(bucket.limits())
        .containsExactly(
            Limit.of(10, Duration.ofSeconds(1)).withReserve(20),
            Limit.calendar(1000, Period.ofDays(1), ZoneId.of("UTC")).withReserve(20),
            Limit.concurrent(5).withReserve(20));
    assertThat(bucket.maxQueue()).isEqualTo(50);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, false", "'', "})
  void whetherABucketIsKeyed_mayBeOpen(String written, @Nullable Boolean keyed) throws Exception {
    ClassLoader loader =
        index("bucket\tnamed\t\t\t" + written + "\t7\tP1D\t\t\tPT1H\tAsia/Tokyo\t\n");
    assertThat(Index.of(loader))
        .flatExtracting(Index::definitions)
        .containsExactly(
            new Index.Definition(
                "named",
                List.of(
                    Limit.fixedWindow(
                        7,
                        Windows.of(Period.ofDays(1), ZoneId.of("Asia/Tokyo"))
                            .withOffset(Duration.ofHours(1)))),
                Bucket.DEFAULT_MAX_QUEUE,
                keyed));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7\tP1D\t\t\t\tMars/Base\t",
        "7\tsoon\t\t\t\t\t",
        "7\tP1M\tTOKEN_BUCKET\t\t\t\t",
        "7\tPT1M\tMAGIC\t\t\t\t",
        "0\tPT1M\t\t\t\t\t",
        "7\tPT1M\tFIXED_WINDOW\t\tPT1M\t\t",
        "7\tPT1M\t\t\t\t\t\t8",
      })
  void aLimitThatMakesNoSense_isRefusedWithTheIndex(String fields) throws Exception {
    ClassLoader loader = index("bucket\tnamed\t\t\tfalse\t" + fields + "\n");
    assertThatThrownBy(() -> Buckets.create().bucket("named", loader))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("cannot read " + location())
        .hasMessageEndingWith(" Build it again.");
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
        .hasMessageEndingWith(
            "limit must be a whole number of at least 1, such as 100, but was 'many'. Build it"
                + " again.");
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
        .hasMessageEndingWith("has no field 8. Build it again.");
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

  static final class Named {
    @dev.throttle.annotation.Throttle("of the index")
    void call() {}
  }
}
