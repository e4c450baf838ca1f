package dev.throttle.core.plan;

import dev.throttle.core.Permit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A call that has come to the method's own body, which hands nothing over. */
record BodyCall(Class<?> returnType, Callable<? extends @Nullable Object> call)
    implements MethodCall {

  @Override
  public @Nullable Object make() throws Exception {
    return call.call();
  }

  @Override
  public <T extends @Nullable Object> T paidBy(@Nullable Permit permit, Callable<T> part)
      throws Exception {
    return part.call();
  }
}
