package dev.throttle.benchmarks;

import io.github.resilience4j.common.ratelimiter.configuration.CommonRateLimiterConfigurationProperties.InstanceProperties;
import io.github.resilience4j.spring6.ratelimiter.configure.RateLimiterConfiguration;
import io.github.resilience4j.spring6.ratelimiter.configure.RateLimiterConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.EnableAspectJAutoProxy;
import org.springframework.context.annotation.Import;

/** A Spring context as resilience4j's guide sets it up, with the faster kind of proxy (CGLIB). */
@Configuration(proxyBeanMethods = false)
@EnableAspectJAutoProxy(proxyTargetClass = true)
@Import(RateLimiterConfiguration.class)
class SpringAspect {

  static final String LIMITER = "work";

  @Bean
  RateLimiterConfigurationProperties rateLimits() {
    InstanceProperties work =
        new InstanceProperties()
            .setLimitForPeriod(PermitBenchmark.LIMIT)
            .setLimitRefreshPeriod(PermitBenchmark.PERIOD);
    RateLimiterConfigurationProperties properties = new RateLimiterConfigurationProperties();
    properties.getInstances().put(LIMITER, work);
    return properties;
  }

  @Bean
  Work work() {
    return new Work();
  }
}
