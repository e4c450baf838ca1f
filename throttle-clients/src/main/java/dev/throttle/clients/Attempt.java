package dev.throttle.clients;

import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.core.plan.MethodPlan;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One network attempt, as the hooks of this module see it: it pays once, whichever of its call site
 * and several hooks see it. Not for users of the hooks.
 *
 * <p>A hook asks {@link #due} when a request is about to be sent, and sends it between {@link
 * #enter} and {@link #leave}, so that a second hook farther in knows it by its request, or where it
 * knows no method, as with {@link Charge}, by the buckets. The mark is one-shot: a client that
 * sends the request again farther in pays again.
 */
public final class Attempt {

  /**
   * What this thread is sending and has paid for.
   *
   * @param request compared by identity
   * @param buckets the names of those that it has passed
   */
  private record Mark(Object request, Set<String> buckets) {}

  private static final ThreadLocal<@Nullable Mark> PAID = new ThreadLocal<>();

  private Attempt() {}

  /**
   * Returns what a request has to pass before it is sent; null if its method is not annotated, or
   * if its call site or a hook farther out has paid for it, which is thereby used up.
   *
   * @param type the interface through which the method was called
   * @param request what tells this request from others, compared by identity
   * @param arguments those of the call, or null if they are not known
   * @throws IllegalArgumentException if the annotations are wrong, or an argument is no key or cost
   * @throws IllegalStateException if the arguments are needed and not known
   * @throws dev.throttle.core.ThrottledException if a bucket has as many keys as it may have
   */
  public static @Nullable Throttle due(
      Class<?> type, Method method, Object request, @Nullable Object @Nullable [] arguments) {
    MethodPlan plan = MethodPlan.of(type, method);
    if (plan == null) {
      return null;
    }
    Mark mark = PAID.get();
    if (mark != null && mark.request == request) {
      PAID.remove();
      return null;
    }
    if (!plan.readsArguments()) {
      return plan.due();
    }
    if (arguments == null) {
      throw new IllegalStateException(
          plan.label()
              + " takes a key or its cost from its arguments, which are not known where its request"
              + " is sent. Install this hook after all others, and send the request in the thread"
              + " that makes the call.");
    }
    return plan.due(arguments);
  }

  /** Returns whether a method carries {@code @Throttle}, or its type does. */
  public static boolean isThrottled(Class<?> type, Method method) {
    return MethodPlan.of(type, method) != null;
  }

  /** Says that an attempt is complete: what its call site paid for it ends now. */
  public static void completed(Class<?> type, Method method) {
    MethodPlan plan = MethodPlan.of(type, method);
    if (plan != null) {
      plan.endPaid();
    }
  }

  /** Returns the permit that an asynchronous call's site took, to be closed with the attempt. */
  public static @Nullable Permit passOn(Class<?> type, Method method) {
    MethodPlan plan = MethodPlan.of(type, method);
    return plan == null ? null : plan.passOn();
  }

  /**
   * Returns what a hook farther out has passed for the request that this thread is sending, if one
   * of these buckets is among it, and uses that up; otherwise nothing.
   */
  static Set<String> takePaid(Set<String> buckets) {
    Mark mark = PAID.get();
    if (mark == null || Collections.disjoint(mark.buckets, buckets)) {
      return Set.of();
    }
    PAID.remove();
    return mark.buckets;
  }

  /**
   * Says that this thread sends a request that is paid for, or one that pays farther in.
   *
   * @param request null if hooks farther in shall charge it
   * @return what is to be handed to {@link #leave}
   */
  public static @Nullable Object enter(@Nullable Object request) {
    return enter(request, Set.of());
  }

  /** Says that this thread sends a request that is paid for, of a method that may be throttled. */
  public static @Nullable Object enter(Class<?> type, Method method, @Nullable Object request) {
    MethodPlan plan = MethodPlan.of(type, method);
    return enter(request, plan == null ? Set.of() : plan.bucketNames());
  }

  /** Says that this thread sends a request for which these buckets have been passed. */
  static @Nullable Object enter(@Nullable Object request, Set<String> buckets) {
    Object outer = PAID.get();
    if (request == null) {
      PAID.remove();
    } else {
      PAID.set(new Mark(request, buckets));
    }
    return outer;
  }

  /** Ends what {@link #enter} began. */
  public static void leave(@Nullable Object outer) {
    if (outer == null) {
      PAID.remove();
    } else {
      PAID.set((Mark) outer);
    }
  }
}
