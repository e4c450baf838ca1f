package dev.throttle.processor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;

/** Generates, in the first round, a class that is throttled and that the sources use. */
@SupportedAnnotationTypes("*")
final class Generator extends AbstractProcessor {

  private boolean done;

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    if (!done) {
      done = true;
      try (Writer source = processingEnv.getFiler().createSourceFile("Generated").openWriter()) {
        source.write(
            """
            class Generated {
              @dev.throttle.annotation.Throttle(value = "api/later", limit = 1, period = "PT1S")
              void call() {}
            }
            """);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return false;
  }

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }
}
