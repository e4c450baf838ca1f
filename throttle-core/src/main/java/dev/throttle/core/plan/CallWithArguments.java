package dev.throttle.core.plan;

import org.jspecify.annotations.Nullable;

/** How a call is made with arguments that may be others than those with which it came. */
@FunctionalInterface
public interface CallWithArguments {

  /**
   * Makes the call, on this thread.
   *
   * @param arguments as many as the method has parameters
   * @return what the method returns
   * @throws Exception what the method threw
   */
  @Nullable Object make(@Nullable Object[] arguments) throws Exception;
}
