package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Algorithm;
import dev.throttle.annotation.Priority;
import dev.throttle.annotation.Throttle;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an annotation and the configuration say together. */
class DeclaredTest {

  @SuppressWarnings("unused") // found by name
  interface Api {
    @Throttle(
        value = "a",
        limit = 10,
        period = "PT1S",
        algorithm = Algorithm.TOKEN_BUCKET,
        burst = 20,
        also = {
          @dev.throttle.annotation.Limit(
              limit = 1_000,
              period = "P1D",
              zone = "Europe/Berlin",
              offset = "PT6H"),
          @dev.throttle.annotation.Limit(limit = 9_000, period = "P1M"),
        },
        reserve = 10,
        countedWithin = "PT2S",
        maxWait = "PT5S",
        maxQueue = 7,
        cost = 3,
        priority = Priority.HIGH,
        fairBy = "tenant")
    void all();

    @Throttle(value = "a", limit = 10, period = "PT1S")
    void little();

    @Throttle("a")
    void named();

    @Throttle(value = "a", cost = 2, maxWait = "PT1S", priority = Priority.LOW, fairBy = "x")
    void namedWithCost();

    @Throttle(value = "a", limit = 10)
    void noPeriod();

    @Throttle(value = "a", period = "PT1S")
    void noLimit();

    @Throttle(value = "a", maxQueue = 7)
    void queueOnly();

    @Throttle(value = "a", also = @dev.throttle.annotation.Limit(limit = 1, period = "P1D"))
    void alsoOnly();

    @Throttle(value = "a", limit = -2, period = "PT1S")
    void negative();

    @Throttle(value = "a", limit = 1, period = "1 minute")
    void words();

    @Throttle(value = "a", limit = 1, period = "PT1S", zone = "Berlin")
    void nowhere();
  }

  private static Throttle annotation(String method) {
    try {
      return Api.class.getDeclaredMethod(method).getAnnotation(Throttle.class);
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  /** Written as {@code limit=5; maxWait=PT1S}, all of bucket a. */
  private static Configuration configuration(String lines) {
    Map<String, String> properties = new TreeMap<>();
    for (String line : lines == null ? new String[0] : lines.split("; ")) {
      int equals = line.indexOf('=');
      properties.put("throttle.buckets.a." + line.substring(0, equals), line.substring(equals + 1));
    }
    return Configuration.of(properties, "app.yaml");
  }

  private static Declared declared(String method, String lines) {
    return Declared.of(annotation(method), configuration(lines));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "little||{limit=10, period=PT1S}",
        "little|limit=5|{limit=5, period=PT1S}",
        "little|limit=5; period=P1D; zone=UTC|{limit=5, period=P1D, zone=UTC}",
        "little|also.1.limit=9; also.1.period=PT1M|"
            + "{limit=10, period=PT1S, also.1.limit=9, also.1.period=PT1M}",
        "little|guard=PT0S; maxHold=PT1H; maxKeys=8; mode=SHADOW|"
            + "{limit=10, period=PT1S, guard=PT0S, maxHold=PT1H, maxKeys=8, mode=SHADOW}",
        "all||{limit=10, period=PT1S, algorithm=TOKEN_BUCKET, burst=20, countedWithin=PT2S,"
            + " reserve=10, maxQueue=7, maxWait=PT5S, cost=3, priority=HIGH, fairBy=tenant,"
            + " also.1.limit=1000, also.1.period=P1D, also.1.offset=PT6H,"
            + " also.1.zone=Europe/Berlin, also.2.limit=9000, also.2.period=P1M}",
        "all|algorithm=none; burst=none; countedWithin=none; reserve=none; maxQueue=none;"
            + " maxWait=none; cost=none; priority=none; fairBy=none; also.1.offset=none;"
            + " also.1.zone=none|{limit=10, period=PT1S, also.1.limit=1000, also.1.period=P1D,"
            + " also.2.limit=9000, also.2.period=P1M}",
        "all|limit=1; period=PT2S; algorithm=LEAKY_BUCKET; burst=2; countedWithin=PT3S; reserve=4;"
            + " maxQueue=5; maxWait=PT6S; cost=7; priority=LOW; fairBy=shop; also.1.limit=8;"
            + " also.1.period=P1W; also.1.offset=PT9H; also.1.zone=UTC; also.2.limit=10|"
            + "{limit=1, period=PT2S, algorithm=LEAKY_BUCKET, burst=2, countedWithin=PT3S,"
            + " reserve=4, maxQueue=5, maxWait=PT6S, cost=7, priority=LOW, fairBy=shop,"
            + " also.1.limit=8, also.1.period=P7D, also.1.offset=PT9H, also.1.zone=UTC,"
            + " also.2.limit=10, also.2.period=P1M}",
        "noPeriod|period=PT1M|{limit=10, period=PT1M}",
      })
  void elements_are_overridden_one_by_one(String method, String lines, String expected) {
    Declared declared = declared(method, lines);
    assertThat(declared).hasToString("a " + expected);
    assertThat(declared.isDefinition()).isTrue();
  }

  @Test
  void calls_have_what_is_theirs() {
    Declared named = declared("named", null);
    assertThat(named.isDefinition()).isFalse();
    assertThat(named.name()).isEqualTo("a");
    assertThat(named.maxWait()).isNull();
    assertThat(named.cost()).isEqualTo(1);
    assertThat(named.priority()).isEqualTo(Priority.NORMAL);
    assertThat(named.fairBy()).isNull();

    Declared changed = declared("namedWithCost", "maxWait=PT3S; cost=4; priority=HIGH");
    assertThat(changed.isDefinition()).isFalse();
    assertThat(changed.maxWait()).isEqualTo(Duration.ofSeconds(3));
    assertThat(changed.cost()).isEqualTo(4);
    assertThat(changed.priority()).isEqualTo(Priority.HIGH);
    assertThat(changed.fairBy()).isEqualTo("x");
  }

  @Test
  void what_only_names_a_bucket_does_not_define_it_whatever_is_configured() {
    assertThat(declared("named", "limit=5").isDefinition()).isFalse();
    assertThat(declared("named", "limit=5; period=PT1S").isDefinition()).isFalse();
  }

  @Test
  void the_configuration_alone_defines_a_bucket_by_limit_and_period() {
    assertThat(Declared.of("a", configuration("limit=5; period=PT1S")))
        .hasToString("a {limit=5, period=PT1S}")
        .returns(true, Declared::isDefinition);
  }

  @Test
  void limits_are_made_of_what_is_said_of_them() {
    Declared declared =
        declared(
            "all", "limit=50; guard=PT0.01S; maxHold=PT1M; maxQueue=8; maxKeys=9; mode=REJECT");
    assertThat(declared.limits())
        .containsExactly(
            new Limit(
                50,
                Duration.ofSeconds(1),
                Algorithm.TOKEN_BUCKET,
                20,
                null,
                10,
                Duration.ofSeconds(2),
                Duration.ofMillis(10),
                Duration.ofMinutes(1)),
            Limit.fixedWindow(
                    1_000,
                    Windows.of(Period.ofDays(1), ZoneId.of("Europe/Berlin"))
                        .withOffset(Duration.ofHours(6)))
                .withReserve(10)
                .withGuard(Duration.ofMillis(10))
                .withMaxHold(Duration.ofMinutes(1)),
            Limit.calendar(9_000, Period.ofMonths(1), ZoneId.of("UTC"))
                .withReserve(10)
                .withGuard(Duration.ofMillis(10))
                .withMaxHold(Duration.ofMinutes(1)));
    assertThat(declared.maxQueue()).isEqualTo(8);
    assertThat(declared.maxKeys()).isEqualTo(9);
    assertThat(declared.mode()).isEqualTo(Mode.REJECT);
  }

  @Test
  void what_is_not_said_is_as_by_itself() {
    Declared declared = declared("little", null);
    assertThat(declared.limits()).containsExactly(Limit.of(10, Duration.ofSeconds(1)));
    assertThat(declared.maxQueue()).isEqualTo(Bucket.DEFAULT_MAX_QUEUE);
    assertThat(declared.maxKeys()).isEqualTo(KeyedBuckets.DEFAULT_MAX_KEYS);
    assertThat(declared.mode()).isEqualTo(Mode.WAIT);
    assertThat(declared.heedsSignals()).isTrue();
  }

  @Test
  void a_burst_that_was_left_out_follows_the_limit() {
    assertThat(declared("little", "limit=50; algorithm=LEAKY_BUCKET").limits())
        .containsExactly(Limit.leakyBucket(50, Duration.ofSeconds(1)));
  }

  static Stream<List<Limit>> made() {
    Limit plain = Limit.of(10, Duration.ofMinutes(1));
    return Stream.of(
            plain,
            Limit.concurrent(3),
            plain.withCountedWithin(Duration.ofSeconds(2)).withReserve(7),
            plain.withGuard(Duration.ZERO).withMaxHold(Duration.ofHours(1)),
            Limit.tokenBucket(2, Duration.ofSeconds(1), 40),
            Limit.leakyBucket(2, Duration.ofSeconds(1)).withBurst(1),
            Limit.fixedWindow(5, Duration.ofHours(1)),
            Limit.fixedWindow(5, Windows.of(Duration.ofHours(1)).withOffset(Duration.ofMinutes(5))),
            Limit.calendar(5, Period.ofDays(7), ZoneId.of("UTC")),
            Limit.calendar(5, Period.ofYears(1), ZoneId.of("Asia/Tokyo")),
            Limit.fixedWindow(
                5, Windows.of(Period.ofMonths(1), ZoneId.of("UTC")).withOffset(Duration.ofDays(4))))
        .map(limit -> List.of(limit, plain));
  }

  @ParameterizedTest
  @MethodSource("made")
  void limits_made_in_code_stay_as_they_are(List<Limit> limits) {
    assertThat(Declared.of("a", limits, 9, 7, configuration("maxQueue=5")).limits())
        .isEqualTo(limits);
  }

  @Test
  void limits_made_in_code_are_overridden_too() {
    List<Limit> limits =
        List.of(
            Limit.calendar(5, Period.ofDays(1), ZoneId.of("UTC")),
            Limit.of(1, Duration.ofSeconds(1)).withGuard(Duration.ofMillis(5)).withReserve(50));
    assertThat(
            Declared.of(
                    "a",
                    limits,
                    9,
                    7,
                    configuration("period=PT1H; also.1.limit=2; guard=PT0S; reserve=none"))
                .limits())
        .containsExactly(
            Limit.of(5, Duration.ofHours(1)).withGuard(Duration.ZERO),
            Limit.of(2, Duration.ofSeconds(1)).withGuard(Duration.ZERO));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "noPeriod||limit has no period. Add one such as period = \"PT1S\".",
        "noLimit||period has no limit. Add one such as limit = 100.",
        "queueOnly||what a bucket is belongs to where limit and period are; where it is only named,"
            + " only maxWait, cost, priority and fairBy can be said. Move the others there.",
        "alsoOnly||what a bucket is belongs to where limit and period are; where it is only named,"
            + " only maxWait, cost, priority and fairBy can be said. Move the others there.",
        "queueOnly|limit=5|limit has no period. Add one such as period = \"PT1S\". The configuration"
            + " says throttle.buckets.a.limit=5 (app.yaml).",
        "negative||limit must be a whole number of at least 1, such as 100, but was '-2'.",
        "words||period must be an ISO-8601 duration such as PT15M, PT0S for a limit of concurrency,"
            + " or a calendar quota such as P1D, P1W or P1M, but was '1 minute'.",
        "nowhere||zone must be a time zone such as Europe/Berlin or UTC, but was 'Berlin'.",
        "little|also.2.limit=5; also.2.period=PT1M|also.1.limit has no period. Add one such as period = \"PT1S\". The configuration"
            + " says throttle.buckets.a.also.2.limit=5 (app.yaml),"
            + " throttle.buckets.a.also.2.period=PT1M (app.yaml).",
        "little|also.1.limit=5|also.1.limit has no period. Add one such as period = \"PT1S\". The"
            + " configuration says throttle.buckets.a.also.1.limit=5 (app.yaml).",
        "little|also.1.period=PT5S|also.1.period has no limit. Add one such as limit = 100. The"
            + " configuration says throttle.buckets.a.also.1.period=PT5S (app.yaml).",
        "little|period=P1D; algorithm=TOKEN_BUCKET|a calendar quota (period P1D) is a FIXED_WINDOW,"
            + " but algorithm was TOKEN_BUCKET. Leave it out. The configuration says"
            + " throttle.buckets.a.period=P1D (app.yaml), throttle.buckets.a.algorithm=TOKEN_BUCKET"
            + " (app.yaml).",
        "little|zone=UTC|zone belongs to a calendar quota such as P1D, but period was PT1S. Leave it"
            + " out. The configuration says throttle.buckets.a.zone=UTC (app.yaml).",
        "little|offset=PT1S|offset belongs to FIXED_WINDOW, but algorithm was SLIDING_WINDOW. Leave"
            + " it out. The configuration says throttle.buckets.a.offset=PT1S (app.yaml).",
        "little|burst=5|burst belongs to TOKEN_BUCKET and LEAKY_BUCKET, but was 5 for"
            + " SLIDING_WINDOW. The configuration says throttle.buckets.a.burst=5 (app.yaml).",
      })
  void what_is_not_whole_is_refused(String method, String lines, String message) {
    assertThatThrownBy(() -> declared(method, lines))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
