package dev.throttle.clients.reactive;

import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.plan.MethodCall;
import dev.throttle.core.plan.ReturnType;
import java.util.Set;

/**
 * Methods that return a {@code Single}, {@code Maybe}, {@code Completable}, {@code Observable} or
 * {@code Flowable} of RxJava 3: calling them is free, each subscription takes a permit and makes
 * the call under it. Found by the service loader.
 *
 * <p>Names no class of RxJava, so that it can be loaded where there is none.
 */
public final class RxReturnType implements ReturnType {

  private static final String PACKAGE = "io.reactivex.rxjava3.core.";
  private static final Set<String> NAMES =
      Set.of("Single", "Maybe", "Completable", "Observable", "Flowable");

  /** Makes one; for the service loader. */
  public RxReturnType() {}

  @Override
  public boolean handles(Class<?> returnType) {
    String name = returnType.getName();
    return name.startsWith(PACKAGE) && NAMES.contains(name.substring(PACKAGE.length()));
  }

  @Override
  public Object invoke(Throttle throttle, MethodCall call) {
    return RxTurn.throttled(throttle, call);
  }

  @Override
  public Object refuse(Class<?> returnType, ThrottledException refusal) {
    return RxTurn.refused(returnType, refusal);
  }
}
