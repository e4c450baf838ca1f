package dev.throttle.spring;

import dev.throttle.core.Throttling;
import dev.throttle.core.plan.MethodPlan;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * What calls of a bean's method pass: what the interfaces say through which it can be called, and
 * then what the method itself says. The latter is left out where its class was woven, which passes
 * it already.
 *
 * <p>Safe for use by many threads.
 */
final class AnnotatedMethods {

  private final ConcurrentHashMap<MethodClassKey, List<MethodPlan>> known =
      new ConcurrentHashMap<>();

  private final Supplier<Set<String>> woven;

  AnnotatedMethods(ClassLoader loader) {
    this.woven = SingletonSupplier.of(() -> Throttling.wovenClasses(loader));
  }

  /**
   * Returns the plans of a method, the outermost first; none if it is not annotated.
   *
   * @throws ThrottleConfigurationException if an annotation is wrong
   */
  List<MethodPlan> plans(Method method, Class<?> beanClass) {
    if (ReflectionUtils.isObjectMethod(method)) {
      return List.of();
    }
    return known.computeIfAbsent(
        new MethodClassKey(method, beanClass), key -> find(method, beanClass));
  }

  private List<MethodPlan> find(Method method, Class<?> beanClass) {
    Method own = AopUtils.getMostSpecificMethod(method, beanClass);
    List<MethodPlan> plans = new ArrayList<>();
    try {
      for (Class<?> type : ClassUtils.getAllInterfacesForClassAsSet(beanClass)) {
        Method declared = declaration(type, own, beanClass);
        if (declared != null) {
          add(plans, MethodPlan.of(type, declared));
        }
      }
      Class<?> type = own.getDeclaringClass();
      if (!type.isInterface() && !woven.get().contains(type.getName())) {
        add(plans, MethodPlan.of(type, own));
      }
    } catch (IllegalArgumentException e) {
      throw new ThrottleConfigurationException(e);
    }
    return List.copyOf(plans);
  }

  /** An interface that extends another annotated one has its plan too, which covers the other's. */
  private static void add(List<MethodPlan> plans, @Nullable MethodPlan plan) {
    if (plan != null
        && plans.stream().noneMatch(of -> of.bucketNames().containsAll(plan.bucketNames()))) {
      plans.removeIf(of -> plan.bucketNames().containsAll(of.bucketNames()));
      plans.add(plan);
    }
  }

  /** Returns the method of an interface that another one implements, or null. */
  private static @Nullable Method declaration(Class<?> type, Method own, Class<?> beanClass) {
    for (Method candidate : type.getMethods()) {
      if (candidate.getName().equals(own.getName()) && sameParameters(candidate, own, beanClass)) {
        return candidate;
      }
    }
    return null;
  }

  private static boolean sameParameters(Method candidate, Method own, Class<?> beanClass) {
    Class<?>[] types = own.getParameterTypes();
    if (candidate.getParameterCount() != types.length) {
      return false;
    }
    for (int i = 0; i < types.length; i++) {
      if (candidate.getParameterTypes()[i] != types[i]
          && ResolvableType.forMethodParameter(candidate, i, beanClass).resolve() != types[i]) {
        return false;
      }
    }
    return true;
  }
}
