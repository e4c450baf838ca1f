package dev.throttle.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Shows at start, without a stack trace, limits that are wrong or would not be kept. Found by
 * Spring Boot.
 */
final class ThrottleFailureAnalyzer
    extends AbstractFailureAnalyzer<ThrottleConfigurationException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, ThrottleConfigurationException cause) {
    return new FailureAnalysis(
        "The limits of this application are wrong, or would not be kept: " + cause.getMessage(),
        "Correct what is named above. docs/configuration.md of Throttle lists the elements of a"
            + " bucket; in YAML, write throttle.buckets, then the bucket's name, then the element.",
        cause);
  }
}
