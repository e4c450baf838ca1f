package dev.throttle.spring;

import dev.throttle.core.Buckets;
import dev.throttle.test.VirtualTime;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Applications with the starter, as tests start them. */
final class Starter {

  private Starter() {}

  /** Returns one on the time of this JVM. */
  static ApplicationContextRunner application() {
    return new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                AopAutoConfiguration.class,
                ThrottleAutoConfiguration.class,
                ThrottleClientsAutoConfiguration.class,
                ThrottleMetricsAutoConfiguration.class,
                ThrottleActuatorAutoConfiguration.class,
                ThrottleResilience4jAutoConfiguration.class,
                ThrottleWebAutoConfiguration.class));
  }

  /**
   * Returns one whose buckets are on virtual time and start calls on the thread that grants them.
   */
  static ApplicationContextRunner on(VirtualTime time) {
    return application()
        .withBean(
            Buckets.class,
            () -> Buckets.builder().timeSource(time).executor(Runnable::run).build());
  }
}
