package dev.throttle.clients.feign;

import feign.InvocationHandlerFactory;
import feign.Target;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Makes the methods that return a future ones whose future is watched by an {@link AsyncCall}. */
final class WatchedFutures implements InvocationHandlerFactory {

  private final InvocationHandlerFactory factory;

  WatchedFutures(InvocationHandlerFactory factory) {
    this.factory = factory;
  }

  @Override
  @SuppressWarnings("rawtypes") // as Feign declares it
  public InvocationHandler create(Target target, Map<Method, MethodHandler> dispatch) {
    Map<Method, MethodHandler> watched = new LinkedHashMap<>(dispatch);
    watched.replaceAll(
        (method, handler) ->
            !method.isDefault() && CompletionStage.class.isAssignableFrom(method.getReturnType())
                ? arguments -> AsyncCall.invoke(handler, arguments)
                : handler);
    return factory.create(target, watched);
  }
}
