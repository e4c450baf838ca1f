package dev.throttle.core.plan;

import dev.throttle.core.Permit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A call at its call site, which hands over to what is behind it. */
record SiteCall(MethodPlan plan, Class<?> returnType, Callable<? extends @Nullable Object> call)
    implements MethodCall {

  @Override
  public @Nullable Object make() throws Exception {
    return call.call();
  }

  @Override
  public <T extends @Nullable Object> T paidBy(@Nullable Permit permit, Callable<T> part)
      throws Exception {
    Handover.begin(plan, permit);
    try {
      return part.call();
    } finally {
      Handover.end();
    }
  }
}
