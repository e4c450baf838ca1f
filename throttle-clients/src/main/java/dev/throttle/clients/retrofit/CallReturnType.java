package dev.throttle.clients.retrofit;

import dev.throttle.core.Throttle;
import dev.throttle.core.plan.MethodCall;
import dev.throttle.core.plan.ReturnType;
import org.jspecify.annotations.Nullable;

/**
 * Methods that return a {@code retrofit2.Call}: making it is free, executing it takes a permit.
 * Found by the service loader.
 *
 * <p>Names no class of Retrofit, so that it can be loaded where there is none.
 */
public final class CallReturnType implements ReturnType {

  /** Makes one; for the service loader. */
  public CallReturnType() {}

  @Override
  public boolean handles(Class<?> returnType) {
    return returnType.getName().equals("retrofit2.Call");
  }

  @Override
  public @Nullable Object invoke(Throttle throttle, MethodCall call) throws Exception {
    Object made = call.paidBy(null, call::make);
    return made == null ? null : ThrottledCall.paying(throttle, made);
  }
}
