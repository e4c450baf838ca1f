package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** THROTTLE-041 and 042: where a throttle is lost, and where that does not matter. */
class OverrideReportTest {

  private static final String API =
      """
      import dev.throttle.annotation.Throttle;

      public interface Api {
        @Throttle(value = "one", limit = 9, period = "PT1S")
        String one(int id);

        String free(int id);

        @Throttle("one")
        @Throttle(value = "two", limit = 1, period = "PT1S")
        default String body(int id) {
          return free(id);
        }
      }
      """;

  @Test
  void bodies_areReportedAtTheirName() {
    Build build =
        Build.of(
            API,
            """
            class Client implements Api {
              @Override
              public String one(int id) {
                return this.one(id) + one(id) + "";
              }

              @Override
              public String free(int id) {
                return "";
              }

              @Override
              public String body(int id) {
                return "";
              }

              static class Nested extends Client {
                @Override
                public String one(int id) {
                  return "";
                }
              }
            }
            """);

    assertThat(build.messages())
        .containsExactly(
            "Client.java:3:17: warning: [THROTTLE-041] no @Throttle on Client.one(int): calls through"
                + " Api pass 'one', and calls through Client pass nothing. Fix: annotate it too (a"
                + " call is charged once all the same), or suppress this with"
                + " @SuppressWarnings(\"THROTTLE-041\") if that is meant.",
            "Client.java:13:17: warning: [THROTTLE-041] no @Throttle on Client.body(int): it"
                + " overrides Api.body(int), whose body passes 'one' and 'two', and this one passes"
                + " nothing. Fix: annotate it too (a call is charged once all the same), or suppress"
                + " this with @SuppressWarnings(\"THROTTLE-041\") if that is meant.");
  }

  @Test
  void abstractMethodsDeclaredAgain_areReported_ofClassFilesToo(@TempDir Path directory)
      throws IOException {
    Path api = Build.of(API).writeTo(directory);

    Build build =
        Build.against(
            List.of(api),
            """
            abstract class Base<T> implements Api {
              @Override
              public abstract String one(int id);

              interface Sub extends Api {
                @Override
                String body(int id);

                @dev.throttle.annotation.Throttle("one")
                @Override
                String one(int id);
              }
            }
            """);

    assertThat(build.messages())
        .map(message -> message.substring(0, message.indexOf(". Fix")))
        .containsExactly(
            "Base.java:3:26: warning: [THROTTLE-042] no @Throttle on Base.one(int): calls through"
                + " Api pass 'one', and calls through Base pass nothing, since it is declared again",
            "Base.java:7:12: warning: [THROTTLE-042] no @Throttle on Base.Sub.body(int): calls"
                + " through Api pass 'one' and 'two', and calls through Base.Sub pass nothing, since"
                + " it is declared again");
  }

  @Test
  void annotationOfATypeAlone_isLostToo_anotherTypesKeepsIt() {
    Build build =
        Build.of(
            """
            @dev.throttle.annotation.Throttle(value = "one", limit = 1, period = "PT1S")
            interface Typed<K> {
              String get(K key);

              boolean equals(Object other);
            }
            """,
            """
            interface Again extends Typed<String> {
              @Override
              String get(String key);

              @Override
              boolean equals(Object other);
            }
            """,
            """
            @dev.throttle.annotation.Throttle("one")
            interface Annotated extends Typed<String> {
              @Override
              String get(String key);
            }
            """,
            """
            record Key(String get) implements Again {
              public String get(String key) {
                return key;
              }
            }
            """);

    assertThat(build.messages())
        .singleElement()
        .asString()
        .startsWith("Again.java:3:10: warning: [THROTTLE-042] no @Throttle on Again.get(String): ");
  }

  @Test
  void whereItDoesNotMatter_nothingIsSaid() {
    Build build =
        Build.of(
            API,
            """
            class Clients {
              class Cache implements Api {
                Api next;

                @Override
                public String one(int id) {
                  return id == 0 ? "" : next.one(id);
                }

                @Override
                public String free(int id) {
                  return next.free(id);
                }

                @Override
                public String body(int id) {
                  return Api.super.body(id + 1);
                }
              }

              @SuppressWarnings("THROTTLE-040")
              class Cached implements Api {
                Api next;

                @Override
                public String one(int id) {
                  java.util.function.IntFunction<String> source = next::one;
                  return source.apply(id);
                }

                @Override
                public String free(int id) {
                  return "";
                }
              }

              private static class Hidden implements Api {
                @Override
                public String one(int id) {
                  return "";
                }

                @Override
                public String free(int id) {
                  return "";
                }
              }

              @SuppressWarnings("THROTTLE-041")
              static class Suppressed extends Hidden implements Api {
                @Override
                public String one(int id) {
                  return "";
                }
              }

              @dev.throttle.annotation.Throttle("one")
              static class Throttled implements Api {
                @Override
                public String one(int id) {
                  return "";
                }

                @Override
                public String free(int id) {
                  return "";
                }
              }

              static class Inherits extends Throttled {}
            }
            """);

    assertThat(build.messages()).isEmpty();
  }

  @Test
  void callOfAMethodWithOtherParameters_isNoDecoration() {
    Build build =
        Build.of(
            API,
            """
            class Cache implements Api {
              interface Source {
                String one();
              }

              Source source;

              @Override
              public String one(int id) {
                return source.one();
              }

              @Override
              public String free(int id) {
                return "";
              }
            }
            """);

    assertThat(build.messages()).singleElement().asString().contains("[THROTTLE-041]");
  }

  @Test
  void fakeOfAnInterfaceThatIsCompiledElsewhere_isNotReported(@TempDir Path directory)
      throws IOException {
    Path api = Build.of(API).writeTo(directory);

    Build build =
        Build.against(
            List.of(api),
            """
            class Fake implements Api {
              @Override
              public String one(int id) {
                return "";
              }

              @Override
              public String free(int id) {
                return "";
              }
            }
            """);

    assertThat(build.messages()).isEmpty();
  }

  @Test
  void whereSpringThrottlesBeans_onlyBodiesThatOverrideBodiesAreReported() {
    Build build =
        Build.of(
            API,
            "package dev.throttle.spring;\n\npublic class ThrottleAutoConfiguration {}\n",
            """
            class Client implements Api {
              java.util.function.IntFunction<String> reference = this::free;

              @Override
              public String one(int id) {
                return "";
              }

              @Override
              public String free(int id) {
                java.util.function.IntFunction<String> throttled = ((Api) this)::one;
                return throttled.apply(id);
              }

              @Override
              public String body(int id) {
                return "";
              }

              interface Sub extends Api {
                @Override
                String one(int id);
              }
            }
            """);

    assertThat(build.messages())
        .singleElement()
        .asString()
        .contains("[THROTTLE-041] no @Throttle on Client.body(int): ");
  }

  @Test
  void whereJavacsTreesAreNotToBeHad_aDecoratorIsReportedToo() {
    Build build =
        Build.with(
            List.of(),
            List.of(new WrappedProcessor(elements -> elements)),
            API,
            """
            abstract class Cache implements Api {
              Api next;

              @Override
              public String one(int id) {
                return next.one(id);
              }
            }
            """);

    assertThat(build.messages()).singleElement().asString().contains("[THROTTLE-041]");
  }
}
