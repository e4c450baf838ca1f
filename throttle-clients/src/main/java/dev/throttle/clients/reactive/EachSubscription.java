package dev.throttle.clients.reactive;

import dev.throttle.core.Permit;
import dev.throttle.core.plan.MethodCall;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A method's call that each subscription makes anew, under its own permit. */
record EachSubscription(MethodCall call) implements Paying {

  @Override
  public void pay(@Nullable Permit permit, Runnable subscribing) {
    try {
      call.<@Nullable Object>paidBy(
          permit,
          () -> {
            subscribing.run();
            return null;
          });
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }
}
