package dev.throttle.core.plan;

import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Methods that return a future: nobody waits, the call starts when it is granted. */
final class StageReturnType implements ReturnType {

  @Override
  public boolean handles(Class<?> returnType) {
    return returnType == CompletionStage.class || returnType == CompletableFuture.class;
  }

  @Override
  public Object invoke(Throttle throttle, MethodCall call) {
    return throttle.callAsyncWithPermit(permit -> stage(permit, call));
  }

  @SuppressWarnings("unchecked") // the method is declared to return a stage
  private static CompletionStage<Object> stage(Permit permit, MethodCall call) {
    try {
      return (CompletionStage<Object>) call.paidBy(permit, call::make);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  @Override
  public Object refuse(Class<?> returnType, ThrottledException refusal) {
    return CompletableFuture.failedFuture(refusal);
  }
}
