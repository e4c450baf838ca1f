package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import javax.annotation.processing.Processor;
import org.junit.jupiter.api.Test;
import org.mapstruct.ap.MappingProcessor;

/** Beside processors that generate sources, and beside Lombok, which changes them. */
class OtherProcessorsTest {

  private static final String API =
      """
      import dev.throttle.annotation.Throttle;

      interface Api {
        @Throttle(value = "api", limit = 10, period = "PT1S")
        Generated call(Generated argument);

        @Throttle("api/later")
        void later();
      }
      """;

  @Test
  void typesGeneratedLater_areKnownInTheIndex_aRoundHasItsMarker() throws IOException {
    Build build =
        Build.with(
            List.of("-Xlint:all,-processing", "-Werror"),
            List.of(new ThrottleProcessor(), new Generator()),
            API);

    assertThat(build.messages()).isEmpty();
    assertThat(build.index())
        .isEqualTo(
            """
            throttle-index\t2
            bucket\tapi\t\t\tfalse\t10\tPT1S\t\t\t\t\t
            bucket\tapi/later\t\t\tfalse\t1\tPT1S\t\t\t\t\t
            method\tBODY\tGenerated\tcall\t()V\tapi/later
            method\tINTERFACE\tApi\tcall\t(LGenerated;)LGenerated;\tapi
            method\tINTERFACE\tApi\tlater\t()V\tapi/later
            marker\tApi_ThrottleWoven
            marker\tGenerated_ThrottleWoven
            """);
  }

  @Test
  void mistakesOfALaterAndAnEarlierRound_areSaidOnceAtTheirPlace() {
    Build build =
        Build.with(
            List.of(),
            List.of(new ThrottleProcessor(), new Generator()),
            API.replace("limit = 10", "limit = -1"));

    assertThat(build.messages())
        .singleElement()
        .asString()
        .startsWith("Api.java:4:36: error: [THROTTLE-003] @Throttle(limit = -1) on Api.call(");
  }

  @Test
  void lombok_itsMethodsAreThrottledByTheType() throws IOException, ReflectiveOperationException {
    Build build =
        Build.with(
            List.of(),
            List.of(lombok(), new ThrottleProcessor()),
            """
            @lombok.RequiredArgsConstructor
            @dev.throttle.annotation.Throttle(value = "api", limit = 10, period = "PT1S")
            class Prices {
              @lombok.Getter private final String host;

              String quote() {
                return getHost();
              }
            }
            """);

    assertThat(build.messages()).filteredOn(message -> message.contains("error")).isEmpty();
    assertThat(build.index().lines().filter(line -> line.startsWith("method")))
        .containsExactly(
            "method\tBODY\tPrices\tgetHost\t()Ljava/lang/String;\tapi",
            "method\tBODY\tPrices\tquote\t()Ljava/lang/String;\tapi");
  }

  @Test
  void lombok_itsGettersAreProperties() throws ReflectiveOperationException {
    Build build =
        Build.with(
            List.of(),
            List.of(lombok(), new ThrottleProcessor()),
            """
            import dev.throttle.annotation.*;

            interface Api {
              @Throttle(value = "api", limit = 10, period = "PT1S")
              void call(@ThrottleKey("tenant") Session session, @ThrottleCost("rows") Session again);
            }

            @lombok.Value
            class Session {
              String tenant;
              int rows;
            }
            """);

    assertThat(build.messages()).filteredOn(message -> message.contains("error")).isEmpty();
  }

  @Test
  void mapStruct_itsMappersAreImplementedByWhatItGenerates() throws IOException {
    Build build =
        Build.with(
            List.of("-Xlint:all,-processing", "-Werror"),
            List.of(new ThrottleProcessor(), new MappingProcessor()),
            """
            import dev.throttle.annotation.*;
            import org.mapstruct.*;

            @Mapper
            interface Prices {
              record Order(int id) {}

              record OrderDto(int id) {}

              @Throttle(value = "api", limit = 10, period = "PT1S")
              OrderDto toDto(@ThrottleKey("id") Order order);
            }
            """,
            """
            class User {
              Prices prices = new PricesImpl();
            }
            """);

    assertThat(build.messages()).isEmpty();
    assertThat(build.index())
        .contains("method\tINTERFACE\tPrices\ttoDto\t(LPrices$Order;)LPrices$OrderDto;\tapi\n");
    assertThat(build.files()).contains("PricesImpl.class");
  }

  /** Stubs are Java with the annotations, without bodies, with a name for what cannot be found. */
  @Test
  void stubsOfKapt_areCheckedAndIndexed() throws IOException {
    Build build =
        Build.of(
            "package error;\n\npublic final class NonExistentClass {}\n",
            """
            package shop;

            @kotlin.Metadata(mv = {2, 2, 0}, k = 1, d1 = {""}, d2 = {"Lshop/Prices;"})
            public final class Prices {
              @org.jetbrains.annotations.NotNull()
              private final error.NonExistentClass generatedLater = null;

              public Prices() {
                super();
              }

              @dev.throttle.annotation.Throttle(value = "api", limit = 10, period = "PT1S")
              @org.jetbrains.annotations.Nullable()
              public final java.lang.Object quote(
                  @dev.throttle.annotation.ThrottleKey()
                  @org.jetbrains.annotations.NotNull() java.lang.String symbol,
                  @org.jetbrains.annotations.NotNull()
                  kotlin.coroutines.Continuation<? super error.NonExistentClass> $completion) {
                return null;
              }

              public static final class DefaultImpls {}
            }
            """,
            "package kotlin;\n\npublic @interface Metadata {\n  int[] mv(); int k(); String[] d1();"
                + " String[] d2();\n}\n",
            "package org.jetbrains.annotations;\n\npublic @interface NotNull {}\n",
            "package org.jetbrains.annotations;\n\npublic @interface Nullable {}\n",
            "package kotlin.coroutines;\n\npublic interface Continuation<T> {}\n");

    assertThat(build.messages()).isEmpty();
    assertThat(build.index())
        .contains(
            "method\tBODY\tshop.Prices\tquote\t(Ljava/lang/String;Lkotlin/coroutines/Continuation;)"
                + "Ljava/lang/Object;\tapi\n");
  }

  static Processor lombok() throws ReflectiveOperationException {
    try {
      return Class.forName("lombok.launch.AnnotationProcessorHider$AnnotationProcessor")
          .asSubclass(Processor.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (InvocationTargetException e) {
      throw new AssertionError(e.getCause());
    }
  }
}
