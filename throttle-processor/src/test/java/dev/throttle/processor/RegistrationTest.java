package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import javax.annotation.processing.Processor;
import org.junit.jupiter.api.Test;

/** javac and Gradle find the processor by themselves. */
class RegistrationTest {

  @Test
  void serviceLoader_findsTheProcessor() {
    assertThat(ServiceLoader.load(Processor.class).stream().map(ServiceLoader.Provider::type))
        .contains(ThrottleProcessor.class);
  }

  @Test
  void gradle_isToldThatAllSourcesMakeOneIndex() throws IOException {
    try (InputStream file =
        ThrottleProcessor.class.getResourceAsStream(
            "/META-INF/gradle/incremental.annotation.processors")) {
      assertThat(new String(file.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo(ThrottleProcessor.class.getName() + ",aggregating\n");
    }
  }

  @Test
  void javac_isToldOfTheOption() {
    assertThat(new ThrottleProcessor().getSupportedOptions()).containsExactly("throttle.names");
  }
}
