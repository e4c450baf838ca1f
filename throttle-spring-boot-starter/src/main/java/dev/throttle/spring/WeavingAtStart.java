package dev.throttle.spring;

import dev.throttle.core.Configuration;
import dev.throttle.core.Throttling;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * Looks at start for annotated classes that are neither woven nor beans that get our advice, so
 * that no limit is kept in them; {@code throttle.weaving} says what is done about it.
 *
 * <p>Beans of parents are known, those of children are not: a context cannot tell whether it will
 * have any.
 */
final class WeavingAtStart implements SmartInitializingSingleton {

  private final ConfigurableListableBeanFactory beans;
  private final ClassLoader loader;
  private final Configuration configuration;
  private final boolean isAdvised;

  /** The classes of the beans, behind whatever proxies; found only if something was not woven. */
  private final Supplier<Set<Class<?>>> beanClasses = SingletonSupplier.of(this::beanClasses);

  /**
   * @param isAdvised whether annotated beans get our advice
   */
  WeavingAtStart(
      ConfigurableListableBeanFactory beans,
      ClassLoader loader,
      Configuration configuration,
      boolean isAdvised) {
    this.beans = beans;
    this.loader = loader;
    this.configuration = configuration;
    this.isAdvised = isAdvised;
  }

  @Override
  public void afterSingletonsInstantiated() {
    try {
      Throttling.checkWoven(loader, configuration, name -> isAdvised && isBean(name));
    } catch (IllegalStateException e) {
      throw new ThrottleConfigurationException(e);
    }
  }

  private boolean isBean(String name) {
    try {
      Class<?> type = ClassUtils.forName(name, loader);
      return beanClasses.get().stream().anyMatch(type::isAssignableFrom);
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  private Set<Class<?>> beanClasses() {
    Set<Class<?>> classes = new HashSet<>();
    @Nullable BeanFactory factory = beans;
    while (factory instanceof ConfigurableListableBeanFactory listable) {
      for (String name : listable.getBeanDefinitionNames()) {
        Class<?> type = type(listable, name);
        if (type != null) {
          classes.add(type);
        }
      }
      factory = listable.getParentBeanFactory();
    }
    return classes;
  }

  /** Returns null also where the class cannot be loaded: nobody may ever ask for such a bean. */
  private static @Nullable Class<?> type(ConfigurableListableBeanFactory beans, String name) {
    try {
      return AutoProxyUtils.determineTargetClass(beans, name);
    } catch (RuntimeException | LinkageError e) {
      return null;
    }
  }
}
