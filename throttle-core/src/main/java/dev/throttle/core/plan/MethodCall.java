package dev.throttle.core.plan;

import dev.throttle.core.Permit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A call of an annotated method, which its {@link ReturnType} makes when it may: with the arguments
 * that it was called with, once or, where it stands for several requests, again for each permit.
 * Safe for use by many threads.
 */
public interface MethodCall {

  /** Returns what the method is declared to return. */
  Class<?> returnType();

  /**
   * Makes the call, on this thread.
   *
   * @return what the method returns
   * @throws Exception what the method threw
   */
  @Nullable Object make() throws Exception;

  /**
   * Returns a copy of the arguments with which the call came, if {@link #make(Object[])} may
   * replace them; none otherwise.
   */
  default @Nullable Object[] arguments() {
    return new @Nullable Object[0];
  }

  /**
   * Makes the call like {@link #make()}, with other arguments.
   *
   * @throws IllegalStateException if they cannot be replaced
   */
  default @Nullable Object make(@Nullable Object[] arguments) throws Exception {
    throw new IllegalStateException("the arguments of this call are not known.");
  }

  /**
   * Does a part of the call, such as to make it, under a permit: if this is a call site, the first
   * body or client hook of the same method that this part meets on this thread finds the call paid
   * for.
   *
   * @param permit what a hook completes when it knows that its request is; null to keep it from
   *     that
   * @return what the part returns
   * @throws Exception what the part threw
   */
  <T extends @Nullable Object> T paidBy(@Nullable Permit permit, Callable<T> part) throws Exception;
}
