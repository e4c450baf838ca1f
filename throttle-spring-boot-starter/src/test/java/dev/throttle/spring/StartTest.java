package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

@ExtendWith(OutputCaptureExtension.class)
class StartTest {

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {}

  /** The buckets are made before others, which Spring takes for a mistake of theirs unless told. */
  @Test
  void spring_has_no_doubts_about_beans_that_are_made_early(CapturedOutput output) {
    try (RunningApplication application =
        new RunningApplication(Application.class, WebApplicationType.NONE)) {
      assertThat(application.bean(ThrottleAdvisor.class)).isNotNull();
      assertThat(output).doesNotContain("'throttle").doesNotContain("dev.throttle");
    }
  }
}
