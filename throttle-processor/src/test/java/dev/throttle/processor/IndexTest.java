package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the index holds, byte by byte; the format is in {@code docs/index-format.md}. */
class IndexTest {

  private static final String FOO_API =
      """
      package com.acme;

      import dev.throttle.annotation.Throttle;
      import java.util.concurrent.CompletableFuture;

      @Throttle(value = "api.foo.com", limit = 600, period = "PT1M")
      interface FooApi {
        @Throttle(value = "api.foo.com/users", limit = 100, period = "PT15M", maxQueue = 50)
        CompletableFuture<String> user(long id);

        String[] users(int... ids);

        default void ping() {}

        String toString();
      }
      """;

  private static final String PRICES =
      """
      package com.acme;

      import dev.throttle.annotation.Throttle;
      import java.util.List;
      import java.util.Map;

      class Prices<K extends Comparable<K>> {
        @Throttle(value = "prices", limit = 5, period = "PT1S", countedWithin = "PT2S")
        static <T extends List<?>> T all(Map<String, int[][]> by, T last) {
          return last;
        }

        private static final class Hidden {
          @Throttle("prices")
          @Throttle("api.foo.com")
          private void quote(Hidden other) {}

          @Throttle("prices")
          private void quote(String symbol, boolean b, byte y, short s, char c, float f, double d) {}
        }

        record Range<K>(K from, K to) {
          @Throttle("prices")
          K middle() {
            return from;
          }
        }
      }
      """;

  @Test
  void bucketsAndMethodsOfEveryShape_areListed() throws IOException {
    Build build = Build.of(FOO_API, PRICES);

    assertThat(build.messages()).isEmpty();
    assertThat(build.index())
        .isEqualTo(
            """
            throttle-index\t2
            bucket\tapi.foo.com\t\t\tfalse\t600\tPT1M\t\t\t\t\t
            bucket\tapi.foo.com/users\t50\t\tfalse\t100\tPT15M\t\t\t\t\t
            bucket\tprices\t\t\tfalse\t5\tPT1S\t\t\t\t\tPT2S
            method\tBODY\tcom.acme.FooApi\tping\t()V\tapi.foo.com
            method\tBODY\tcom.acme.Prices\tall\t(Ljava/util/Map;Ljava/util/List;)Ljava/util/List;\tprices
            method\tBODY\tcom.acme.Prices$Hidden\tquote\t(Lcom/acme/Prices$Hidden;)V\tprices\tapi.foo.com
            method\tBODY\tcom.acme.Prices$Hidden\tquote\t(Ljava/lang/String;ZBSCFD)V\tprices
            method\tBODY\tcom.acme.Prices$Range\tmiddle\t()Ljava/lang/Object;\tprices
            method\tINTERFACE\tcom.acme.FooApi\tuser\t(J)Ljava/util/concurrent/CompletableFuture;\tapi.foo.com\tapi.foo.com/users
            method\tINTERFACE\tcom.acme.FooApi\tusers\t([I)[Ljava/lang/String;\tapi.foo.com
            marker\tcom.acme.FooApi_ThrottleWoven
            """);
  }

  @Test
  void eachBucket_hasAFileOfItsOwn_foundByItsName() throws IOException {
    Build build = Build.of(FOO_API);

    assertThat(build.resource("dev/throttle/public/3395e0412750a0c92b2eba78ef8ab27c.tsv"))
        .isEqualTo(
            """
            throttle-index\t2
            bucket\tapi.foo.com/users\t50\t\tfalse\t100\tPT15M\t\t\t\t\t
            """);
    assertThat(Index.bucketPath("api.foo.com/users"))
        .isEqualTo("dev/throttle/public/3395e0412750a0c92b2eba78ef8ab27c.tsv");
  }

  @Test
  void orderOfFiles_doesNotChangeTheBytes() throws IOException {
    Build one = Build.of(FOO_API, PRICES);
    Build other = Build.of(PRICES, FOO_API);

    assertThat(other.index()).isEqualTo(one.index());
    assertThat(other.files()).isEqualTo(one.files());
  }

  @Test
  void metaAnnotations_oneAndTwoLevelsDeep_bringTheirBuckets() throws IOException {
    Build build =
        Build.of(
            """
            @dev.throttle.annotation.Throttle(value = "api", limit = 10, period = "PT1S")
            @interface Api {}
            """,
            """
            @Api
            @dev.throttle.annotation.Throttle(value = "api/users", limit = 5, period = "PT1S")
            @interface Users {}
            """,
            """
            interface Client {
              @Api
              void one();

              @Users
              @dev.throttle.annotation.Throttle("api/third")
              void two();

              void none();
            }
            """,
            """
            @Users
            class Body {
              @dev.throttle.annotation.Throttle(value = "api/third", limit = 1, period = "PT1S")
              void three() {}
            }
            """);

    assertThat(build.messages()).isEmpty();
    assertThat(build.index())
        .isEqualTo(
            """
            throttle-index\t2
            bucket\tapi\t\t\tfalse\t10\tPT1S\t\t\t\t\t
            bucket\tapi/third\t\t\tfalse\t1\tPT1S\t\t\t\t\t
            bucket\tapi/users\t\t\tfalse\t5\tPT1S\t\t\t\t\t
            method\tBODY\tBody\tthree\t()V\tapi\tapi/users\tapi/third
            method\tINTERFACE\tClient\tone\t()V\tapi
            method\tINTERFACE\tClient\ttwo\t()V\tapi\tapi/users\tapi/third
            marker\tBody_ThrottleWoven
            """);
  }

  @Test
  void marker_returnsFalse_andCallsItselfWhenInitialised() throws IOException {
    Build build =
        Build.with(
            List.of("-Xlint:all,-processing", "-Xdoclint:all", "-Werror"),
            List.of(new ThrottleProcessor()),
            """
            package com.acme;

            /** A. */
            public interface A {
              /** B. */
              interface B {
                /** Quotes. */
                @dev.throttle.annotation.Throttle(value = "api", limit = 10, period = "PT1S")
                void quote();
              }
            }
            """);

    assertThat(build.messages()).isEmpty();
    assertThat(
            build
                .compilation()
                .generatedSourceFile("com.acme.A_ThrottleWoven")
                .orElseThrow()
                .getCharContent(false)
                .toString())
        .isEqualTo(
            """
            package com.acme;

            /** Generated by throttle-processor; tells whether these classes were woven. */
            public final class A_ThrottleWoven {

              static {
                woven();
              }

              /** Never called. */
              private A_ThrottleWoven() {}

              /** {@return whether the aspect is at work here} */
              @dev.throttle.annotation.GeneratedWeavingMarker
              public static boolean woven() {
                return false;
              }
            }
            """);
  }

  @Test
  void definitionsAlone_makeAnIndexWithoutMarker() throws IOException {
    Build build =
        Build.of(
            """
            @dev.throttle.annotation.Throttle(value = "api", limit = 10, period = "PT1S")
            @interface Api {}
            """);

    assertThat(build.index())
        .isEqualTo("throttle-index\t2\nbucket\tapi\t\t\t\t10\tPT1S\t\t\t\t\t\n");
  }

  @Test
  void nothingThrottled_makesNoFile() {
    Build build = Build.of("@Deprecated\ninterface PriceApi {}\n");

    assertThat(build.messages()).isEmpty();
    assertThat(build.files()).containsExactly("PriceApi.class");
  }

  @Test
  void procOnly_writesTheIndex() throws IOException {
    Build build = Build.with(List.of("-proc:only"), List.of(new ThrottleProcessor()), FOO_API);

    assertThat(build.index()).contains("marker\tcom.acme.FooApi_ThrottleWoven\n");
  }

  @Test
  void typeLevel_leavesOutWhatNobodyWrote() throws IOException {
    Build build =
        Build.of(
            """
            @dev.throttle.annotation.Throttle(value = "api", limit = 10, period = "PT1S")
            enum Region {
              EU;

              void quote() {}
            }
            """,
            """
            @dev.throttle.annotation.Throttle("api")
            record Range(int from, int to) {
              int middle() {
                return (from + to) / 2;
              }
            }
            """);

    assertThat(build.messages()).isEmpty();
    assertThat(build.index().lines().filter(line -> line.startsWith("method")))
        .containsExactly(
            "method\tBODY\tRange\tmiddle\t()I\tapi", "method\tBODY\tRegion\tquote\t()V\tapi");
  }
}
