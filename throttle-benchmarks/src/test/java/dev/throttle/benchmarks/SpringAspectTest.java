package dev.throttle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

class SpringAspectTest {

  @Test
  void each_call_of_the_bean_takes_a_permit_of_the_configured_limiter() {
    try (var context = new AnnotationConfigApplicationContext(SpringAspect.class)) {
      RateLimiter limiter =
          context.getBean(RateLimiterRegistry.class).rateLimiter(SpringAspect.LIMITER);
      AtomicInteger permits = new AtomicInteger();
      limiter.getEventPublisher().onSuccess(event -> permits.incrementAndGet());

      Work work = context.getBean(Work.class);

      assertThat(work.behindSpringAspect(2)).isEqualTo(69);
      assertThat(work.behindSpringAspect(2)).isEqualTo(69);
      assertThat(permits).hasValue(2);
      assertThat(limiter.getRateLimiterConfig().getLimitForPeriod())
          .isEqualTo(PermitBenchmark.LIMIT);
      assertThat(limiter.getRateLimiterConfig().getLimitRefreshPeriod())
          .isEqualTo(PermitBenchmark.PERIOD);
    }
  }
}
