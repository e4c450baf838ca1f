package dev.throttle.processor;

import javax.lang.model.util.Elements;

/**
 * Whether Spring throttles its beans here. Its advice sees each call of a bean, also by method
 * reference and through the bean's class, and heeds what the bean's interfaces and abstract methods
 * carry.
 */
final class SpringBeans {

  private static final String STARTER = "dev.throttle.spring.ThrottleAutoConfiguration";

  private SpringBeans() {}

  /** Says whether {@code throttle-spring-boot-starter} is on the class path. */
  static boolean areThrottled(Elements elements) {
    return elements.getTypeElement(STARTER) != null;
  }
}
