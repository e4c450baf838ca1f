package dev.throttle.clients.reactive;

import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.plan.MethodCall;
import dev.throttle.core.plan.ReturnType;
import java.util.concurrent.Flow;

/**
 * Methods that return a {@code Flow.Publisher}: calling them is free, each subscription takes a
 * permit and makes the call under it. Found by the service loader.
 */
public final class FlowReturnType implements ReturnType {

  /** Makes one; for the service loader. */
  public FlowReturnType() {}

  @Override
  public boolean handles(Class<?> returnType) {
    return returnType == Flow.Publisher.class;
  }

  @Override
  @SuppressWarnings("unchecked") // the method is declared to return a publisher
  public Object invoke(Throttle throttle, MethodCall call) {
    return new ThrottledPublisher<>(
        throttle, new EachSubscription(call), () -> (Flow.Publisher<Object>) call.make());
  }

  @Override
  public Object refuse(Class<?> returnType, ThrottledException refusal) {
    return ThrottledPublisher.failed(refusal);
  }
}
