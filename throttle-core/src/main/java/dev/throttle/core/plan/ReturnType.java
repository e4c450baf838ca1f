package dev.throttle.core.plan;

import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import java.lang.reflect.Method;
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

  /** Returns whether calls of this method are handled here, where its return type does not say. */
  default boolean handles(Method method) {
    return handles(method.getReturnType());
  }

  /**
   * Returns whether what comes to the body of a method is no new call: one that was made before
   * goes on there. It passes nothing.
   *
   * @param arguments with which it comes
   */
  default boolean goesOn(@Nullable Object[] arguments) {
    return false;
  }

  /**
   * Makes the call when its turn has come, or returns at once something that will.
   *
   * @param throttle what the call must pass
   * @param call makes the call; at most once for each permit
   * @return what the method returns
   * @throws Exception what {@code call} threw, where it was made at once
   */
  @Nullable Object invoke(Throttle throttle, MethodCall call) throws Exception;

  /**
   * Tells the caller that a call is refused before it was known what it must pass, as {@link
   * #invoke} tells refusals.
   *
   * @param returnType one that is handled here
   * @return what the method returns
   * @throws ThrottledException the refusal, unless what is returned tells it
   */
  default Object refuse(Class<?> returnType, ThrottledException refusal) {
    throw refusal;
  }
}
