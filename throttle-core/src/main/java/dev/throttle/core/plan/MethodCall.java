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
