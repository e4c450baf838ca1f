package dev.throttle.clients.reactive;

import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.plan.MethodCall;
import dev.throttle.core.plan.ReturnType;

/**
 * Methods that return a Reactor {@code Mono} or {@code Flux}: calling them is free, each
 * subscription takes a permit and makes the call under it. Found by the service loader.
 *
 * <p>Names no class of Reactor, so that it can be loaded where there is none; nor does it choose
 * between two of them in one expression, whose common type the JVM would load to verify it.
 */
public final class ReactorReturnType implements ReturnType {

  private static final String MONO = "reactor.core.publisher.Mono";
  private static final String FLUX = "reactor.core.publisher.Flux";

  /** Makes one; for the service loader. */
  public ReactorReturnType() {}

  @Override
  public boolean handles(Class<?> returnType) {
    return isMono(returnType) || returnType.getName().equals(FLUX);
  }

  @Override
  public Object invoke(Throttle throttle, MethodCall call) {
    if (isMono(call.returnType())) {
      return ReactorTurn.mono(throttle, call);
    }
    return ReactorTurn.flux(throttle, call);
  }

  @Override
  public Object refuse(Class<?> returnType, ThrottledException refusal) {
    if (isMono(returnType)) {
      return ReactorTurn.refusedMono(refusal);
    }
    return ReactorTurn.refusedFlux(refusal);
  }

  private static boolean isMono(Class<?> returnType) {
    return returnType.getName().equals(MONO);
  }
}
