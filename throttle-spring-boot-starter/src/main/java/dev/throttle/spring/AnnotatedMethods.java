package dev.throttle.spring;

import dev.throttle.core.Throttling;
import dev.throttle.core.plan.MethodPlan;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
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
final class AnnotatedMethods implements SmartInitializingSingleton {

  private final ConcurrentHashMap<MethodClassKey, Annotated> annotated = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<MethodClassKey, MethodPlan> plans = new ConcurrentHashMap<>();

  private final Supplier<Set<String>> woven;

  AnnotatedMethods(ClassLoader loader) {
    this.woven = SingletonSupplier.of(() -> Throttling.wovenClasses(loader));
  }

  /** A method as a type that is annotated, or whose method is, declares it. */
  private record Declared(Class<?> type, Method method) {}

  /**
   * A bean's method, and what says what its calls pass.
   *
   * @param by the outermost first; none if it is not annotated
   */
  private record Annotated(Method method, List<Declared> by) {}

  /**
   * Returns whether calls of a method pass anything. Makes no bucket: beans are still being made.
   */
  boolean contain(Method method, Class<?> beanClass) {
    return !annotated(method, beanClass).by.isEmpty();
  }

  /**
   * Returns the plan of a method, or null if nothing is said of it.
   *
   * @throws ThrottleConfigurationException if an annotation is wrong
   */
  @Nullable MethodPlan plan(Method method, Class<?> beanClass) {
    MethodClassKey key = new MethodClassKey(method, beanClass);
    MethodPlan known = plans.get(key);
    if (known == null) {
      Annotated found = annotated(method, beanClass);
      if (!found.by.isEmpty()) {
        known = plan(found);
        plans.put(key, known);
      }
    }
    return known;
  }

  /** Returns the names of the buckets that calls of a method pass, also if its class was woven. */
  Set<String> bucketNames(Method method, Class<?> beanClass) {
    Set<String> names = new HashSet<>();
    MethodPlan plan = plan(method, beanClass);
    if (plan != null) {
      names.addAll(plan.bucketNames());
    }
    MethodPlan own = MethodPlan.of(method.getDeclaringClass(), method);
    if (own != null) {
      names.addAll(own.bucketNames());
    }
    return names;
  }

  /** Refuses wrong annotations of the beans that are there, before the first call would. */
  @Override
  public void afterSingletonsInstantiated() {
    annotated.values().stream().filter(of -> !of.by.isEmpty()).forEach(AnnotatedMethods::plan);
  }

  private static MethodPlan plan(Annotated annotated) {
    List<MethodPlan> plans = new ArrayList<>();
    try {
      for (Declared declared : annotated.by) {
        MethodPlan plan = MethodPlan.of(declared.type, declared.method);
        if (plan != null) {
          plans.add(plan);
        }
      }
      return MethodPlan.ofAdvice(SuspendFunctions.asAdviceSees(annotated.method), plans);
    } catch (IllegalArgumentException e) {
      throw new ThrottleConfigurationException(e);
    }
  }

  private Annotated annotated(Method method, Class<?> beanClass) {
    MethodClassKey key = new MethodClassKey(method, beanClass);
    Annotated known = annotated.get(key);
    if (known == null) {
      known = find(method, beanClass);
      annotated.put(key, known);
    }
    return known;
  }

  private Annotated find(Method method, Class<?> beanClass) {
    Class<?> userClass = ClassUtils.getUserClass(beanClass);
    Method own = AopUtils.getMostSpecificMethod(method, userClass);
    if (ReflectionUtils.isObjectMethod(own)) {
      return new Annotated(own, List.of());
    }
    List<Declared> by = new ArrayList<>();
    for (Class<?> type : declaringTypes(userClass)) {
      Method declared = declaration(type, own, userClass);
      if (declared != null && MethodPlan.isAnnotated(type, declared)) {
        by.add(new Declared(type, declared));
      }
    }
    Class<?> type = own.getDeclaringClass();
    if (!type.isInterface()
        && MethodPlan.isAnnotated(type, own)
        && !woven.get().contains(type.getName())) {
      by.add(new Declared(type, own));
    }
    return new Annotated(own, List.copyOf(by));
  }

  /** Returns the types that may declare a method without a body: superclasses and interfaces. */
  private static Set<Class<?>> declaringTypes(Class<?> type) {
    Set<Class<?>> types = new LinkedHashSet<>();
    for (Class<?> of = type; of != null; of = of.getSuperclass()) {
      if (of != type) {
        types.add(of);
      }
      addInterfaces(of, types);
    }
    return types;
  }

  private static void addInterfaces(Class<?> type, Set<Class<?>> types) {
    for (Class<?> of : type.getInterfaces()) {
      if (types.add(of)) {
        addInterfaces(of, types);
      }
    }
  }

  /** Returns the method without a body of a type that another one implements, or null. */
  private static @Nullable Method declaration(Class<?> type, Method own, Class<?> beanClass) {
    Method[] candidates = type.isInterface() ? type.getMethods() : type.getDeclaredMethods();
    for (Method candidate : candidates) {
      if (candidate.getName().equals(own.getName())
          && !candidate.isBridge()
          && (type.isInterface() || Modifier.isAbstract(candidate.getModifiers()))
          && sameParameters(candidate, own, beanClass)) {
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
