package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was meant, where that can be guessed, and nothing where it cannot. */
class NearestTest {

  @ParameterizedTest
  @CsvSource({
    "api.foo.com/user, api.foo.com/users",
    "api.foo.com/usres, api.foo.com/users",
    "api.foo.com/user5, api.foo.com/users",
    "API.foo.com/Users, api.foo.com/users",
    "apifoo.com/user, api.foo.com/users",
    "tenent, tenant",
    "tenan, tenant",
    "tenantId, tenant",
    "abcd, abdc",
  })
  void oneSlipOrTwo_areNear(String wrong, String meant) {
    assertThat(Nearest.to(wrong, List.of("unlike anything", meant, "b"))).isEqualTo(meant);
  }

  @ParameterizedTest
  @CsvSource({
    "api.foo.com/user, api.foo.com/orders",
    "api.foo.com, api.foo.com/users",
    "PST, EST",
    "id, is",
    "tenant, renent",
    "tenant, tenant",
    "'', a",
  })
  void moreAreNot_norIsASlipInAShortName(String wrong, String other) {
    assertThat(Nearest.to(wrong, List.of(other))).isNull();
  }

  @Test
  void ofSeveral_theNearestIsMeant_andTheFirstOfEquals() {
    assertThat(Nearest.to("quotes.v1", List.of("quote.v2", "quotes.v3", "quotes.v2")))
        .isEqualTo("quotes.v2");
  }

  @ParameterizedTest
  @CsvSource({
    "15 minutes, PT15M",
    "5s, PT5S",
    "PT5 S, PT5S",
    "p20sec, PT20S",
    "1Hour, PT1H",
    "3 hrs, PT3H",
  })
  void spansAsPeopleSayThem(String text, String meant) {
    assertThat(Span.meantBy(text)).isEqualTo(meant);
  }

  @ParameterizedTest
  @CsvSource({"15 moons", "1 day", "5", "s", "1m30s", "99999999999999999999s"})
  void otherTexts_areNotGuessed(String text) {
    assertThat(Span.meantBy(text)).isNull();
  }

  @Test
  void bucketOfADependency_isSuggestedWhereItIsUsed(@TempDir Path directory) throws IOException {
    Path dependency =
        Build.of(
                """
                @dev.throttle.annotation.Throttle(value = "api/users", limit = 1, period = "PT1S")
                @interface Limits {}
                """)
            .writeTo(directory);

    assertThat(messages(List.of(dependency), "@Throttle(\"api/user\") @Throttle(\"api/users\")"))
        .singleElement()
        .asString()
        .contains("nor in a dependency; did you mean \"api/users\"? Fix: correct the name");
    assertThat(messages(List.of(dependency), "@Throttle(\"api/user\")"))
        .singleElement()
        .asString()
        .contains("nor in a dependency. Fix: correct the name");
  }

  @ParameterizedTest
  @CsvSource({
    "Europe/Berln, Europe/Berlin",
    "europe/berlin, Europe/Berlin",
    "Berlin, Europe/Berlin",
    "Tokio, Asia/Tokyo",
    "utc, UTC",
  })
  void zones_areFoundByTheirCityToo(String wrong, String meant) {
    String throttle = "@Throttle(value = \"a\", limit = 1, period = \"P1D\", zone = \"%s\")";
    assertThat(messages(List.of(), throttle.replace("%s", wrong)))
        .singleElement()
        .asString()
        .contains("there is no such time zone; did you mean \"" + meant + "\"? Fix: ");
  }

  @ParameterizedTest
  @CsvSource({
    "tenent, tenant",
    "usr.idd, ''",
    "user.idd, ''",
    "user.names, name",
    "actve, active",
    "Tenant, tenant",
    "hashcode, hashCode",
    "shops, shop",
  })
  void properties_areThoseThatCanBeRead(String wrong, String meant) {
    List<String> messages =
        messages(
            List.of(),
            """
            @Throttle(value = "a", limit = 1, period = "PT1S")
              void keyed(@ThrottleKey("%s") Session session);

              record User(int id, String name) {}

              class Session {
                public String tenant() { return ""; }
                public boolean isActive() { return true; }
                public User user;
                private String shopp;
                public String getShop() { return ""; }
              }

              @Throttle("a")
            """
                .replace("%s", wrong));

    assertThat(messages)
        .singleElement()
        .asString()
        .contains(
            meant.isEmpty() ? "'. Fix: name a" : "; did you mean \"" + meant + "\"? Fix: name a");
  }

  @Test
  void keys_areThoseOfTheMethod() {
    assertThat(
            messages(
                List.of(),
                """
                @Throttle(value = "a", limit = 1, period = "PT1S", fairBy = "tennant")
                  void fair(@ThrottleKey(name = "tenant") int tenant);

                  @Throttle(value = "b", limit = 1, period = "PT1S")
                """))
        .singleElement()
        .asString()
        .contains("is a key of this name; did you mean \"tenant\"? Fix: ");
  }

  private static List<String> messages(List<Path> dependencies, String annotations) {
    return Build.against(
            dependencies,
            "import dev.throttle.annotation.*;\n\ninterface Api {\n  "
                + annotations
                + "\n  void call(@ThrottleKey int key);\n}\n")
        .messages();
  }
}
