package dev.throttle.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Index;
import java.io.StringReader;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListingTest {

  private static Limits limits(String lines) {
    Index index = Index.read("app.jar!/", new StringReader("throttle-index\t2\n" + lines));
    return new Limits(List.of(new Module("app.jar", index, new TreeSet<>(), true, true)));
  }

  @Test
  void columns_are_aligned() {
    Limits limits =
        limits(
            """
            bucket\tapi.foo.com\t\t\tfalse\t10\tPT1S\t\t\t\t\t
            bucket\tapi.foo.com/users\t\t\ttrue\t100\tPT15M\tTOKEN_BUCKET\t40\t\t\t
            """);
    assertThat(new Listing(limits, false))
        .hasToString(
            """
            BUCKET             LIMITS                        ALGORITHM       KEYED  METHODS  DEFINED IN
            api.foo.com        10 per second                 sliding window  no     0        app.jar
            api.foo.com/users  100 per 15 minutes, burst 40  token bucket    yes    0        app.jar

            MODULE   WOVEN BY ITS BUILD
            app.jar  nothing to weave
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7;PT0S;;;;;|7 at once|concurrency",
        "7;PT0.5S;;;;;|7 per 0.5 seconds|sliding window",
        "7;PT24H;;;;;|7 per 24 hours|sliding window",
        "7;PT1H;LEAKY_BUCKET;;;;|7 per hour evenly spaced|leaky bucket",
        "7;PT1M;FIXED_WINDOW;;PT5S;;|7 in each minute from 5 seconds on|fixed window",
        "7;P3M;;;PT9H;Asia/Tokyo;|7 in each 3 months in Asia/Tokyo from 9 hours on|fixed window",
        "7;P1W;;;;Europe/Paris;|7 in each 7 days in Europe/Paris|fixed window",
      })
  void a_limit_is_put_into_words(String fields, String words, String algorithm) {
    Index.Definition definition =
        limits("bucket\tname\t\t\t\t" + fields.replace(';', '\t') + "\n")
            .definitions("name")
            .get(0)
            .definition();
    assertThat(Words.limits(definition)).isEqualTo(words);
    assertThat(Words.algorithm(definition)).isEqualTo(algorithm);
    assertThat(Words.keyed(definition)).isEqualTo("-");
  }
}
