package dev.throttle.aspect;

import dev.throttle.core.Throttle;
import dev.throttle.core.plan.MethodPlan;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import org.aspectj.lang.JoinPoint;
import org.aspectj.lang.reflect.MethodSignature;
import org.jspecify.annotations.Nullable;

/**
 * The plans of woven join points. Public because woven classes call it; not for use by hand.
 *
 * <p>A plan is found on every woven call, so it must cost a few loads and no lock. And it must not
 * keep a redeployed application in memory, as a map from join points would. AspectJ numbers the
 * join points of each class that it weaves from zero; so each woven class gets an array, indexed by
 * that number, and {@link ClassValue} hangs it on the class itself, with which it is collected.
 *
 * <p>That is some ten loads, each needing the one before; {@link Front} stands before it and saves
 * most of them. Arrays and entries are read without synchronization: a race at worst sees no entry
 * yet and takes the lock. What is seen is whole, because an {@link Entry} is final.
 */
public final class Plans {

  private static final ClassValue<Plans> OF_TYPE =
      new ClassValue<>() {
        @Override
        protected Plans computeValue(Class<?> type) {
          return new Plans();
        }
      };

  private @Nullable Entry[] entries = new @Nullable Entry[8];

  private Plans() {}

  /**
   * Returns the plan of the method at a join point, or null if it has none. Costs a few nanoseconds
   * and allocates nothing, but for the first time.
   *
   * @throws IllegalArgumentException if the method's annotations are wrong, each time
   * @throws IllegalStateException if the method cannot be loaded, each time
   */
  public static @Nullable MethodPlan of(JoinPoint.StaticPart joinPoint) {
    Entry entry = Front.find(joinPoint);
    return entry == null ? find(joinPoint).plan : entry.plan;
  }

  private static Entry find(JoinPoint.StaticPart joinPoint) {
    Plans plans = OF_TYPE.get(joinPoint.getSourceLocation().getWithinType());
    @Nullable Entry[] entries = plans.entries;
    int id = joinPoint.getId();
    Entry known = id < entries.length ? entries[id] : null;
    Entry entry = known == null ? plans.resolve(joinPoint) : known;
    Front.note(entry);
    return entry;
  }

  /** Returns the plan like {@link #of}, or null also where calls do not wait in their thread. */
  public static @Nullable MethodPlan ofPlain(JoinPoint.StaticPart joinPoint) {
    MethodPlan plan = of(joinPoint);
    return plan == null || plan.isPlain() ? plan : null;
  }

  /** Returns what a body has to pass before it runs in its caller's thread, or null for nothing. */
  public static @Nullable Throttle dueOfBody(JoinPoint.StaticPart joinPoint) {
    Throttle known = Front.throttle(joinPoint);
    if (known != null) {
      return known;
    }
    MethodPlan plan = ofPlain(joinPoint);
    return plan == null ? null : plan.due();
  }

  /** Waits for the turn of a body. */
  public static long beginBody(@Nullable Throttle due) {
    return due == null ? 0 : due.begin();
  }

  /** Ends what {@link #beginBody} began. */
  public static void endBody(@Nullable Throttle due, long stamp) {
    if (due != null) {
      due.end(stamp);
    }
  }

  /** Waits for the turn of a call, and tells the body or client hook behind it. */
  public static void beginCall(@Nullable MethodPlan plan) {
    if (plan != null) {
      Throttle due = plan.due();
      plan.handOver(due, due == null ? 0 : due.begin());
    }
  }

  /** Ends what {@link #beginCall} began. */
  public static void endCall(@Nullable MethodPlan plan) {
    if (plan != null) {
      plan.takeBack();
    }
  }

  /** Returns whether a method's calls wait without their thread, so that they need a closure. */
  public static boolean isDeferred(JoinPoint.StaticPart joinPoint) {
    MethodPlan plan = of(joinPoint);
    return plan != null && !plan.isPlain();
  }

  /**
   * Throws what a call threw as it is, be it checked: the method that was called may declare it.
   */
  @SuppressWarnings("unchecked")
  public static <X extends Throwable> RuntimeException rethrow(Throwable thrown) throws X {
    throw (X) thrown;
  }

  private synchronized Entry resolve(JoinPoint.StaticPart joinPoint) {
    Entry entry = new Entry(joinPoint, planOf((MethodSignature) joinPoint.getSignature()));
    int id = joinPoint.getId();
    if (id >= entries.length) {
      entries = Arrays.copyOf(entries, Math.max(id + 1, 2 * entries.length));
    }
    entries[id] = entry;
    return entry;
  }

  private static @Nullable MethodPlan planOf(MethodSignature signature) {
    Method method;
    try {
      method = signature.getMethod();
    } catch (LinkageError e) {
      throw notFound(signature, e);
    }
    if (method == null) {
      throw notFound(signature, null);
    }
    return WrittenMethods.contain(method)
        ? MethodPlan.of(signature.getDeclaringType(), method)
        : null;
  }

  private static IllegalStateException notFound(MethodSignature signature, @Nullable Error cause) {
    return new IllegalStateException(
        String.format(
            Locale.ROOT,
            "cannot load the throttled method %s%s. Its class must be the one that was woven, and the"
                + " types in its methods must be on the class path.",
            signature.toLongString(),
            cause == null ? "" : ": " + cause),
        cause);
  }

  /** A join point and its plan; referred to by the woven class alone. */
  record Entry(JoinPoint.StaticPart joinPoint, @Nullable MethodPlan plan) {}
}
