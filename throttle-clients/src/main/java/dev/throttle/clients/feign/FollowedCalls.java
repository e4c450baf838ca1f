package dev.throttle.clients.feign;

import dev.throttle.core.plan.MethodPlan;
import feign.InvocationHandlerFactory;
import feign.Target;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Makes each call that has to be known to its attempts a {@link FeignCall}. */
final class FollowedCalls implements InvocationHandlerFactory {

  private final InvocationHandlerFactory factory;

  FollowedCalls(InvocationHandlerFactory factory) {
    this.factory = factory;
  }

  @Override
  @SuppressWarnings("rawtypes") // as Feign declares it
  public InvocationHandler create(Target target, Map<Method, MethodHandler> dispatch) {
    Map<Method, MethodHandler> followed = new LinkedHashMap<>(dispatch);
    followed.replaceAll(
        (method, handler) ->
            isToBeFollowed(method)
                ? arguments -> FeignCall.invoke(method, handler, arguments)
                : handler);
    return factory.create(target, followed);
  }

  private static boolean isToBeFollowed(Method method) {
    return !method.isDefault()
        && (CompletionStage.class.isAssignableFrom(method.getReturnType())
            || MethodPlan.readsArguments(method));
  }
}
