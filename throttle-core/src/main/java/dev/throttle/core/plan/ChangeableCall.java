package dev.throttle.core.plan;

import dev.throttle.core.Permit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A call whose arguments are known, and may be replaced. */
final class ChangeableCall implements MethodCall {

  private final MethodCall call;
  private final @Nullable Object[] arguments;
  private final CallWithArguments changed;

  ChangeableCall(MethodCall call, @Nullable Object[] arguments, CallWithArguments changed) {
    this.call = call;
    this.arguments = arguments;
    this.changed = changed;
  }

  @Override
  public Class<?> returnType() {
    return call.returnType();
  }

  @Override
  public @Nullable Object[] arguments() {
    return arguments.clone();
  }

  @Override
  public @Nullable Object make() throws Exception {
    return call.make();
  }

  @Override
  public @Nullable Object make(@Nullable Object[] others) throws Exception {
    return changed.make(others);
  }

  @Override
  public <T extends @Nullable Object> T paidBy(@Nullable Permit permit, Callable<T> part)
      throws Exception {
    return call.paidBy(permit, part);
  }
}
