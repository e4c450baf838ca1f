package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.List;
import javax.lang.model.util.Elements;
import org.junit.jupiter.api.Test;

/** THROTTLE-000: whatever breaks inside, javac gets a message and no exception. */
class ProcessorFailureTest {

  @Test
  void failureInside_isSaidOnceWithTheRequestToReportIt() {
    Build build =
        Build.with(
            List.of(),
            List.of(new WrappedProcessor(elements -> failing())),
            """
            @dev.throttle.annotation.Throttle(value = "api", limit = 1, period = "PT1S")
            interface PriceApi {
              String quote();
            }
            """);

    assertThat(build.messages())
        .singleElement()
        .asString()
        .startsWith(DiagnosticsPage.sections().get("THROTTLE-000").message())
        .contains("  at dev.throttle.processor.");
  }

  private static Elements failing() {
    return (Elements)
        Proxy.newProxyInstance(
            ProcessorFailureTest.class.getClassLoader(),
            new Class<?>[] {Elements.class},
            (proxy, method, arguments) -> {
              throw new IllegalStateException("no elements today");
            });
  }
}
