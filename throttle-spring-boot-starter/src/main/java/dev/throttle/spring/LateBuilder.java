package dev.throttle.spring;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A builder that adds a hook when it builds: after all that was added meanwhile, so farther in, and
 * what sends a request again pays again.
 *
 * @param <B> the builder's interface
 */
final class LateBuilder<B> implements InvocationHandler {

  private final Class<B> type;
  private final B builder;
  private final Function<B, B> copy;
  private final Consumer<B> hook;

  private LateBuilder(Class<B> type, B builder, Function<B, B> copy, Consumer<B> hook) {
    this.type = type;
    this.builder = builder;
    this.copy = copy;
    this.hook = hook;
  }

  /**
   * Returns such a builder.
   *
   * @param copy makes another that builds the same
   * @param hook adds it
   */
  static <B> B of(Class<B> type, B builder, Function<B, B> copy, Consumer<B> hook) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            new LateBuilder<>(type, builder, copy, hook)));
  }

  @Override
  @SuppressWarnings("unchecked") // apply is declared with a consumer of builders
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object[] arguments)
      throws Throwable {
    B target = builder;
    switch (method.getName()) {
      case "clone" -> {
        return of(type, copy.apply(builder), copy, hook);
      }
      case "build" -> {
        target = copy.apply(builder);
        hook.accept(target);
      }
      case "apply" -> {
        ((Consumer<Object>) arguments[0]).accept(proxy);
        return proxy;
      }
      case "equals" -> {
        return proxy == arguments[0];
      }
      default -> {}
    }
    try {
      Object result = method.invoke(target, arguments);
      return result == builder ? proxy : result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
