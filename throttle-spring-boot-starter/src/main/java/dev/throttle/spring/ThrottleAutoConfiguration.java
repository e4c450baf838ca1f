package dev.throttle.spring;

import dev.throttle.core.Buckets;
import dev.throttle.core.ThrottleListener;
import dev.throttle.core.Throttling;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * The buckets of the application, and the throttling of annotated beans.
 *
 * <p>The {@link Buckets} are also those of {@link Throttling}, so that woven code and client hooks
 * outside of Spring use the same. Another {@code Buckets} bean takes their place.
 */
@AutoConfiguration(after = AopAutoConfiguration.class)
@ImportRuntimeHints(ThrottleHints.class)
public class ThrottleAutoConfiguration {

  /** Makes the configuration; for Spring. */
  public ThrottleAutoConfiguration() {}

  @Bean
  static ProvidedBuckets throttleProvidedBuckets() {
    return new ProvidedBuckets();
  }

  /** Returns what the properties say: also for buckets of the application's own. */
  @Bean
  @ConditionalOnMissingBean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static dev.throttle.core.Configuration throttleConfiguration(
      ConfigurableEnvironment environment, ConfigurableBeanFactory beans) {
    return EnvironmentSettings.configuration(environment, loader(beans));
  }

  @Bean
  @ConditionalOnMissingBean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static Buckets throttleBuckets(dev.throttle.core.Configuration configuration) {
    try {
      return Buckets.builder().configuration(configuration).build();
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new ThrottleConfigurationException(e);
    }
  }

  /** Has all listeners of the application told what happens to calls. */
  @Bean
  SmartInitializingSingleton throttleListening(
      Buckets buckets, ObjectProvider<ThrottleListener> listeners) {
    return () -> ListenerGroup.of(listeners.orderedStream().toList()).listenTo(buckets);
  }

  @Bean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static AnnotatedMethods throttleAnnotatedMethods(ConfigurableBeanFactory beans) {
    return new AnnotatedMethods(loader(beans));
  }

  /** Looks for annotated classes in which no limit would be kept. */
  @Bean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static WeavingAtStart throttleWeavingAtStart(
      ConfigurableListableBeanFactory beans,
      dev.throttle.core.Configuration configuration,
      ObjectProvider<ThrottleAdvisor> advisor) {
    return new WeavingAtStart(
        beans, loader(beans), configuration, advisor.getIfAvailable() != null);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty(name = "throttle.advice.enabled", matchIfMissing = true)
  @Import(AutoProxying.class)
  static class Advice {

    /**
     * @param buckets so that they are made before the first bean and closed after the last: a call
     *     that made them while another thread makes beans would wait for that
     */
    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static ThrottleAdvisor throttleAdvisor(AnnotatedMethods methods, Buckets buckets) {
      return new ThrottleAdvisor(methods);
    }
  }

  private static ClassLoader loader(ConfigurableBeanFactory beans) {
    ClassLoader loader = beans.getBeanClassLoader();
    return loader == null ? ClassLoader.getSystemClassLoader() : loader;
  }
}
