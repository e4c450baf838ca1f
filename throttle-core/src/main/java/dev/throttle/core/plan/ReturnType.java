package dev.throttle.core.plan;

import dev.throttle.core.Throttle;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * How a method with a certain return type waits: what an asynchronous type needs to be throttled
 * without blocking a thread.
 *
 * <p>Found by {@link java.util.ServiceLoader}. A type that nobody handles is plain: the calling
 * thread waits.
 */
public interface ReturnType {

  /** Returns whether methods declared to return this type are handled here. */
  boolean handles(Class<?> returnType);

  /**
   * Makes the call when its turn has come, or returns at once something that will.
   *
   * @param throttle what the call must pass
   * @param call makes the call; at most once for each permit
   * @return what the method returns
   * @throws Exception what {@code call} threw, where it was made at once
   */
  @Nullable Object invoke(Throttle throttle, Callable<? extends @Nullable Object> call)
      throws Exception;
}
