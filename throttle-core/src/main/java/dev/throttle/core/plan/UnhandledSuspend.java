package dev.throttle.core.plan;

import dev.throttle.core.Throttle;
import java.lang.reflect.Method;

/**
 * The suspend functions of Kotlin where nothing handles them. To take them for plain would block
 * their thread, and take a permit each time that they go on; so they are refused.
 */
final class UnhandledSuspend implements ReturnType {

  @Override
  public boolean handles(Class<?> returnType) {
    return false;
  }

  /** The last parameter of a suspend function is what it goes on with. */
  @Override
  public boolean handles(Method method) {
    Class<?>[] parameters = method.getParameterTypes();
    return parameters.length > 0
        && method.getReturnType() == Object.class
        && parameters[parameters.length - 1].getName().equals("kotlin.coroutines.Continuation");
  }

  @Override
  public Object invoke(Throttle throttle, MethodCall call) {
    throw new IllegalStateException(
        "a suspend function that has to pass the "
            + throttle
            + " needs throttle-kotlin. Add dev.throttle:throttle-kotlin to the class path.");
  }
}
