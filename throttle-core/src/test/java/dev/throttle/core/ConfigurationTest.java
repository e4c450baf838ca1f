package dev.throttle.core;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.Configuration.Setting;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a source may say, and how it is refused. */
class ConfigurationTest {

  private static final String USERS = "throttle.buckets.api.foo.com/users.";

  private static Configuration of(String... lines) {
    return Configuration.of(
        Stream.of(lines)
            .map(line -> line.split("=", 2))
            .collect(toMap(line -> line[0], line -> line[1])),
        "app.yaml");
  }

  @Test
  void none_says_nothing() {
    assertThat(Configuration.none().isEnabled()).isTrue();
    assertThat(Configuration.none().bucketNames()).isEmpty();
    assertThat(Configuration.none().settings("any")).isEmpty();
  }

  @Test
  void the_last_segment_is_the_element_and_all_between_is_the_name() {
    assertThat(
            of(
                    USERS + "limit=100",
                    USERS + "also.1.limit=5",
                    "throttle.buckets.a b:c.cost=2",
                    "throttle.buckets.limit.limit=1",
                    "throttle.buckets.see.also.limit=1")
                .bucketNames())
        .containsExactly("a b:c", "api.foo.com/users", "limit", "see.also");
  }

  @Test
  void settings_are_told_as_they_were_found_in_the_order_of_the_documentation() {
    assertThat(
            of(USERS + "maxWait=PT5S", USERS + "also.1.period= P1D ", USERS + "limit=100")
                .settings("api.foo.com/users")
                .entrySet())
        .containsExactly(
            Map.entry("limit", new Setting("app.yaml", USERS + "limit", "100")),
            Map.entry("maxWait", new Setting("app.yaml", USERS + "maxWait", "PT5S")),
            Map.entry("also.1.period", new Setting("app.yaml", USERS + "also.1.period", " P1D ")));
  }

  @Test
  void one_key_switches_all_off() {
    assertThat(of("throttle.enabled=false").isEnabled()).isFalse();
    assertThat(of("throttle.enabled=true").isEnabled()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=1",
        "period=PT0S",
        "period=pt0.5s",
        "period=P1D",
        "period=P2W",
        "period=P1M",
        "period=P1Y",
        "algorithm=TOKEN_BUCKET",
        "burst=1",
        "offset=PT0S",
        "zone=Europe/Berlin",
        "zone=UTC",
        "zone=+02:00",
        "countedWithin=PT0.000000001S",
        "countedWithin=none",
        "reserve=0",
        "reserve=99",
        "guard=PT0S",
        "maxHold=PT1H",
        "maxQueue=0",
        "maxKeys=1",
        "maxWait=PT0S",
        "mode=SHADOW",
        "heedSignals=false",
        "maxWait=none",
        "cost=2147483647",
        "priority=LOW",
        "fairBy=tenant",
        "uri=api.foo.com/users/**",
        "uri=GET api.foo.com:8080/users, POST *.foo.com/*/orders",
        "uri=none",
        "also.99.limit= 5 ",
      })
  void these_are_right(String line) {
    assertThatCode(() -> of(USERS + line)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit=many|limit must be a whole number of at least 1, such as 100, but was 'many'.",
        "limit=0|limit must be a whole number of at least 1, such as 100, but was '0'.",
        "limit=|limit must be a whole number of at least 1, such as 100, but was ''.",
        "limit=2147483648|limit must be a whole number of at least 1, such as 100, but was"
            + " '2147483648'.",
        "limit=none|limit must be a whole number of at least 1, such as 100, but was 'none'.",
        "period=15 minutes|period must be an ISO-8601 duration such as PT15M, PT0S for a limit of"
            + " concurrency, or a calendar quota such as P1D, P1W or P1M, but was '15 minutes'.",
        "period=P1DT1H|period must be an ISO-8601 duration such as PT15M, PT0S for a limit of"
            + " concurrency, or a calendar quota such as P1D, P1W or P1M, but was 'P1DT1H'.",
        "period=P0D|period must be an ISO-8601 duration such as PT15M, PT0S for a limit of"
            + " concurrency, or a calendar quota such as P1D, P1W or P1M, but was 'P0D'.",
        "period=PT-1S|period must be an ISO-8601 duration such as PT15M, PT0S for a limit of"
            + " concurrency, or a calendar quota such as P1D, P1W or P1M, but was 'PT-1S'.",
        "algorithm=token-bucket|algorithm must be one of SLIDING_WINDOW, TOKEN_BUCKET,"
            + " FIXED_WINDOW, LEAKY_BUCKET, but was 'token-bucket'. Did you mean 'TOKEN_BUCKET'?",
        "algorithm=gcra|algorithm must be one of SLIDING_WINDOW, TOKEN_BUCKET, FIXED_WINDOW,"
            + " LEAKY_BUCKET, but was 'gcra'.",
        "burst=0|burst must be a whole number of at least 1, such as 100, but was '0'.",
        "offset=PT-1S|offset must be an ISO-8601 duration of PT0S or more, such as PT30M, but was"
            + " 'PT-1S'.",
        "zone=Berlin|zone must be a time zone such as Europe/Berlin or UTC, but was 'Berlin'.",
        "countedWithin=PT0S|countedWithin must be an ISO-8601 duration of more than PT0S, such as"
            + " PT2S, but was 'PT0S'.",
        "reserve=100|reserve must be a whole number from 0 to 99, a percentage of the limit, but was"
            + " '100'.",
        "guard=1ms|guard must be an ISO-8601 duration of PT0S or more, such as PT0.001S, but was"
            + " '1ms'.",
        "maxHold=PT0S|maxHold must be an ISO-8601 duration of more than PT0S, such as PT10M, but was"
            + " 'PT0S'.",
        "maxQueue=-1|maxQueue must be a whole number of at least 0, such as 1000, but was '-1'.",
        "maxKeys=0|maxKeys must be a whole number of at least 1, such as 10000, but was '0'.",
        "maxWait=5|maxWait must be an ISO-8601 duration of PT0S or more, such as PT5S, but was"
            + " '5'.",
        "cost=0|cost must be a whole number of at least 1, such as 2, but was '0'.",
        "heedSignals=no|heedSignals must be true or false, but was 'no'.",
        "mode=OFF|mode must be one of WAIT, REJECT, SHADOW, but was 'OFF'.",
        "priority=high|priority must be one of LOW, NORMAL, HIGH, but was 'high'. Did you mean"
            + " 'HIGH'?",
        "fairBy=|fairBy must be the name of a @ThrottleKey, but was ''.",
        "uri=api.foo.com|uri must have a path, such as api.foo.com/** for all of a host and"
            + " api.foo.com/ for its root, but was 'api.foo.com'.",
        "uri=foo.com/a, get foo.com/b|uri must begin with a host, or with a method in capitals such"
            + " as GET, but was 'get foo.com/b'.",
        "uri=|uri must be a pattern such as api.foo.com/** or GET api.foo.com/users/**, but was ''.",
        "uri=localhost.me:80x/**|uri must have a port from 1 to 65535, * for any, or none for that of"
            + " the scheme, but was 'localhost.me:80x/**'.",
        "also.1.uri=a/**|uri is the bucket's, not that of one of its limits. Leave out 'also' and its"
            + " number.",
        "limmit=5|unknown element 'limmit'. Did you mean 'limit'?",
        "maxwait=PT5S|unknown element 'maxwait'. Did you mean 'maxWait'?",
        "rate=5|unknown element 'rate'; there are limit, period, algorithm, burst, offset, zone,"
            + " countedWithin, reserve, guard, maxHold, maxQueue, maxKeys, mode, heedSignals, shared, maxWait, cost, priority,"
            + " fairBy, uri.",
        "also.1.maxWait=PT5S|maxWait is the bucket's, not that of one of its limits. Leave out"
            + " 'also' and its number.",
        "also.0.limit=5|further limits are numbered from 1 to 99, but this one is 0.",
        "also.100.limit=5|further limits are numbered from 1 to 99, but this one is 100.",
      })
  void these_are_wrong(String line, String why) {
    assertThatThrownBy(() -> of(USERS + line))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(USERS + line + " (app.yaml): " + why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "throttle.bucket.a.limit=5|unknown key; there are throttle.enabled, throttle.weaving, throttle.shared"
            + " and throttle.buckets.NAME.ELEMENT.",
        "limit=5|unknown key; there are throttle.enabled, throttle.weaving, throttle.shared and"
            + " throttle.buckets.NAME.ELEMENT.",
        "throttle.weaving=off|must be fail, warn or silent, but was 'off'.",
        "throttle.enabled=no|must be true or false, but was 'no'.",
        "throttle.buckets.limit=5|the key names no bucket or no element; write"
            + " throttle.buckets.NAME.ELEMENT.",
        "throttle.buckets..limit=5|the key names no bucket or no element; write"
            + " throttle.buckets.NAME.ELEMENT.",
        "throttle.buckets. .limit=5|the key names no bucket or no element; write"
            + " throttle.buckets.NAME.ELEMENT.",
        "throttle.buckets.https=//foo.com.limit=5|the key names no bucket or no element; write"
            + " throttle.buckets.NAME.ELEMENT. In a file, write a backslash before a colon, space or"
            + " equals sign of the name.",
        "throttle.buckets.foo.com=8080.limit: 5|unknown element 'com'; there are limit, period,"
            + " algorithm, burst, offset, zone, countedWithin, reserve, guard, maxHold, maxQueue,"
            + " maxKeys, mode, heedSignals, shared, maxWait, cost, priority, fairBy, uri. In a file, write a"
            + " backslash before a colon, space or equals sign of the name.",
      })
  void these_keys_are_wrong(String line, String why) {
    assertThatThrownBy(() -> of(line))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(line + " (app.yaml): " + why);
  }

  @Test
  void uris_are_the_patterns_of_a_bucket_or_none() {
    Configuration configuration =
        of(
            USERS + "uri=GET api.foo.com/users/**, api.foo.com/me",
            "throttle.buckets.other.limit=5",
            "throttle.buckets.no.uri=none");
    assertThat(configuration.uris("api.foo.com/users"))
        .containsExactly(
            UriPattern.of("GET", "api.foo.com/users/**"), UriPattern.of("api.foo.com/me"));
    assertThat(configuration.uris("other")).isEmpty();
    assertThat(configuration.uris("no")).isEmpty();
    assertThat(configuration.uris("unknown")).isEmpty();
  }

  @Test
  void all_mistakes_are_told_at_once() {
    assertThatThrownBy(() -> of(USERS + "limit=0", USERS + "cost=2", USERS + "burts=5"))
        .hasMessage(
            "2 settings are wrong:\n"
                + "  throttle.buckets.api.foo.com/users.burts=5 (app.yaml): unknown element 'burts'."
                + " Did you mean 'burst'?\n"
                + "  throttle.buckets.api.foo.com/users.limit=0 (app.yaml): limit must be a whole"
                + " number of at least 1, such as 100, but was '0'.");
  }

  @Test
  void a_name_that_nobody_knows_is_refused_with_the_nearest_known() {
    Configuration misspelt =
        of("throttle.buckets.api.foo.com/user.maxWait=PT5S", "throttle.buckets.other.limit=5");
    assertThatThrownBy(() -> misspelt.check(List.of("api.foo.com", "api.foo.com/users")))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "2 settings are wrong:\n"
                + "  throttle.buckets.api.foo.com/user.maxWait=PT5S (app.yaml): there is no bucket"
                + " 'api.foo.com/user'. Did you mean 'api.foo.com/users'? One that only the"
                + " configuration knows needs limit and period.\n"
                + "  throttle.buckets.other.limit=5 (app.yaml): there is no bucket 'other'. One that"
                + " only the configuration knows needs limit and period.");
  }

  @Test
  void a_name_that_is_known_or_defines_itself_is_right() {
    assertThatCode(
            () -> {
              of(USERS + "maxWait=PT5S").check(List.of("api.foo.com/users"));
              of(USERS + "limit=5", USERS + "period=PT1S").check(List.of("other"));
              of("throttle.enabled=false").check(List.of());
            })
        .doesNotThrowAnyException();
  }

  @Test
  void a_further_limit_does_not_define_a_bucket() {
    assertThatThrownBy(
            () -> of(USERS + "also.1.limit=5", USERS + "also.1.period=PT1S").check(List.of()))
        .hasMessageContaining("there is no bucket 'api.foo.com/users'.");
  }
}
