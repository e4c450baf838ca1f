package dev.throttle.spring;

import java.lang.reflect.Method;
import org.springframework.core.KotlinDetector;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Mono;

/**
 * Suspend functions of Kotlin. Where {@code kotlinx-coroutines-reactor} is on the class path,
 * Spring's proxies make a {@code Mono} of a call before advice sees it, and its value of what
 * advice returns.
 */
final class SuspendFunctions {

  private static final boolean SEEN_AS_MONO =
      ClassUtils.isPresent(
          "kotlinx.coroutines.reactor.MonoKt", SuspendFunctions.class.getClassLoader());

  private SuspendFunctions() {}

  /** Returns a method that returns what advice sees of a call of this one: mostly itself. */
  static Method asAdviceSees(Method method) {
    return SEEN_AS_MONO && KotlinDetector.isSuspendingFunction(method)
        ? AsMono.class.getMethods()[0]
        : method;
  }

  /** How advice sees a call. */
  @FunctionalInterface
  private interface AsMono {
    @SuppressWarnings("UnusedMethod") // for its return type, by reflection
    Mono<?> call();
  }
}
