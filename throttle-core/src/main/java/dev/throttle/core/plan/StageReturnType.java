package dev.throttle.core.plan;

import dev.throttle.core.Throttle;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Methods that return a future: nobody waits, the call starts when it is granted. */
final class StageReturnType implements ReturnType {

  @Override
  public boolean handles(Class<?> returnType) {
    return returnType == CompletionStage.class || returnType == CompletableFuture.class;
  }

  @Override
  public Object invoke(Throttle throttle, Callable<? extends @Nullable Object> call) {
    return throttle.callAsync(() -> stage(call));
  }

  @SuppressWarnings("unchecked") // the method is declared to return a stage
  static CompletionStage<Object> stage(Callable<? extends @Nullable Object> call) {
    try {
      return (CompletionStage<Object>) call.call();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }
}
