package dev.throttle.spring;

import dev.throttle.core.Buckets;
import dev.throttle.core.Throttling;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Makes the buckets of the application context those of the process, before any bean is there that
 * could make a throttled call, until the context is closed.
 */
final class ProvidedBuckets implements BeanFactoryPostProcessor, DisposableBean {

  private @Nullable Supplier<Buckets> provider;

  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
    Supplier<Buckets> context = () -> beans.getBean(Buckets.class);
    provider = context;
    Throttling.provideBy(context);
  }

  @Override
  public void destroy() {
    if (provider != null) {
      Throttling.stopProviding(provider);
    }
  }
}
