package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import org.junit.jupiter.api.Test;

/** THROTTLE-000: whatever breaks inside, javac gets a message and no exception. */
class ProcessorFailureTest {

  @Test
  void failureInside_isSaidOnceWithTheRequestToReportIt() {
    Build build =
        Build.with(
            List.of(),
            List.of(new Broken()),
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

  /** Our processor in a compiler whose element utilities always fail. */
  private static final class Broken extends AbstractProcessor {

    private final ThrottleProcessor processor = new ThrottleProcessor();

    @Override
    public synchronized void init(ProcessingEnvironment environment) {
      super.init(environment);
      processor.init(
          (ProcessingEnvironment)
              Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {ProcessingEnvironment.class},
                  (proxy, method, arguments) ->
                      method.getReturnType() == Elements.class
                          ? failing()
                          : method.invoke(environment, arguments)));
    }

    private static Object failing() {
      return Proxy.newProxyInstance(
          Broken.class.getClassLoader(),
          new Class<?>[] {Elements.class},
          (proxy, method, arguments) -> {
            throw new IllegalStateException("no elements today");
          });
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
      processor.process(annotations, round);
      return false;
    }

    @Override
    public Set<String> getSupportedAnnotationTypes() {
      return processor.getSupportedAnnotationTypes();
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
      return processor.getSupportedSourceVersion();
    }
  }
}
