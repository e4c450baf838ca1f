package dev.throttle.core.plan;

import dev.throttle.annotation.Priority;
import dev.throttle.annotation.Throttle;
import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Declared;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttling;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a call of one annotated method passes, and who waits. Resolved once, from the annotations of
 * the method and its type; safe for use by many threads.
 *
 * <p>A call of a method with a plain return type is bracketed, without any allocation:
 *
 * <pre>{@code
 * Throttle due = plan.due();
 * long stamp = due == null ? 0 : due.begin();
 * try {
 *   return proceed();
 * } finally {
 *   if (due != null) {
 *     due.end(stamp);
 *   }
 * }
 * }</pre>
 *
 * Any other goes through {@link #invoke}. A call site, whose call may meet the body or a client
 * hook of the same method, says so by {@link #handOver}, so that the call is charged once.
 */
public final class MethodPlan {

  private static final ReturnType STAGE = new StageReturnType();
  private static final List<ReturnType> FOUND = loadReturnTypes();

  /** Kept by the type itself, so that no class loader outlives its program. */
  private static final ClassValue<ConcurrentHashMap<Method, MethodPlan>> OF_TYPE =
      new ClassValue<>() {
        @Override
        protected ConcurrentHashMap<Method, MethodPlan> computeValue(Class<?> type) {
          return new ConcurrentHashMap<>();
        }
      };

  private final Method method;
  private final List<Throttle> declarations;
  private final @Nullable ReturnType returnType;
  private volatile dev.throttle.core.Throttle throttle;

  /** What is left to pay behind the call site that was seen last; a race finds it out once more. */
  private volatile @Nullable Behind behind;

  private MethodPlan(Method method, List<Throttle> declarations) {
    this.method = method;
    this.declarations = declarations;
    this.returnType = returnType(method.getReturnType());
    this.throttle = resolve(Throttling.buckets());
  }

  /**
   * Returns the plan of a method, or null if neither it nor its type is annotated.
   *
   * @param type the type through which it is called, whose annotations apply too; for a body the
   *     class that declares it
   * @throws IllegalArgumentException if the annotations are wrong, with the method and the fix
   */
  public static @Nullable MethodPlan of(Class<?> type, Method method) {
    ConcurrentHashMap<Method, MethodPlan> plans = OF_TYPE.get(type);
    MethodPlan known = plans.get(method);
    if (known != null) {
      return known;
    }
    List<Throttle> declarations = Declarations.of(type, method);
    return declarations.isEmpty()
        ? null
        : plans.computeIfAbsent(method, added -> new MethodPlan(added, declarations));
  }

  /** Returns whether the calling thread waits: then bracket the call, otherwise invoke it. */
  public boolean isPlain() {
    return returnType == null;
  }

  /** Returns what a call passes now; another one after {@link Throttling#use}. */
  public dev.throttle.core.Throttle throttle() {
    Buckets buckets = Throttling.buckets();
    dev.throttle.core.Throttle now = throttle;
    if (!now.isOf(buckets)) {
      now = resolve(buckets);
      throttle = now;
    }
    return now;
  }

  /** Returns the method as messages show it: {@code PriceApi.quote(String)}. */
  public String label() {
    return label(method);
  }

  /**
   * Returns what this call has to pass, or null if it was paid for at its call site. What that paid
   * is thereby used up: a retry pays again. Of a call site that paid for some of the buckets, the
   * others are due.
   */
  public dev.throttle.core.@Nullable Throttle due() {
    MethodPlan site = Handover.take(this);
    return site == null ? throttle() : behind(site).due;
  }

  /**
   * Returns whether this thread is behind a call site that handed over, so that {@link #due} may be
   * less than {@link #throttle}.
   */
  public static boolean mayBePaid() {
    return Handover.isPending();
  }

  /**
   * Makes a call whose return type is not plain when its turn has come, or now if it was paid for
   * at its call site.
   *
   * @return what the method returns
   * @throws Exception what {@code call} threw, where it was made at once
   */
  public @Nullable Object invoke(Callable<? extends @Nullable Object> call) throws Exception {
    dev.throttle.core.Throttle due = due();
    if (due == null) {
      return call.call();
    }
    return returnType == null ? due.call(call) : returnType.invoke(due, call);
  }

  /**
   * Says that the call which this thread makes next is paid for by this permit. A call site does so
   * after it has begun and takes it back in a {@code finally}; the first body or client hook of the
   * same method behind it uses it up.
   *
   * @param due what the call site has passed, or null if it was itself paid for
   * @param stamp that of {@code due}, which {@link #takeBack} ends or a hook did before
   */
  public void handOver(dev.throttle.core.@Nullable Throttle due, long stamp) {
    Handover.begin(this, due, stamp);
  }

  /** Ends what {@link #handOver} began, used or not, and its permit. */
  public void takeBack() {
    Handover.end();
  }

  /**
   * Says that a call which {@link #due} found paid for is complete: for hooks below a client's own
   * retries, which could not have another permit while the call site holds that one.
   */
  public void endPaid() {
    Handover.endPaid(this);
  }

  /**
   * Returns the permit of an asynchronous call that {@link #due} has just found paid for, to be
   * closed when the attempt is complete; null if the call site ends it in time by itself.
   */
  public @Nullable Permit passOn() {
    return Handover.passOn(this);
  }

  /** Makes a call like {@link #invoke} from a call site: hands over while {@code call} runs. */
  public @Nullable Object invokeCallSite(Callable<? extends @Nullable Object> call)
      throws Exception {
    dev.throttle.core.Throttle due = due();
    if (due != null && returnType == STAGE) {
      return due.callAsyncWithPermit(
          permit -> {
            Handover.begin(this, permit);
            try {
              return StageReturnType.stage(call);
            } finally {
              Handover.end();
            }
          });
    }
    return due != null && returnType != null
        ? returnType.invoke(due, () -> callHandingOver(null, call))
        : callHandingOver(due, call);
  }

  private @Nullable Object callHandingOver(
      dev.throttle.core.@Nullable Throttle due, Callable<? extends @Nullable Object> call)
      throws Exception {
    handOver(due, due == null ? 0 : due.begin());
    try {
      return call.call();
    } finally {
      takeBack();
    }
  }

  /** Returns whether a call site of that plan may have called this one's method. */
  boolean isBehind(MethodPlan site) {
    return behind(site).sameMethod;
  }

  private Behind behind(MethodPlan site) {
    dev.throttle.core.Throttle paid = site.throttle();
    dev.throttle.core.Throttle whole = throttle();
    Behind known = behind;
    if (known == null || known.site != site || known.paid != paid || known.whole != whole) {
      known = new Behind(site, paid, whole, isSameMethod(site), whole.without(paid));
      behind = known;
    }
    return known;
  }

  private boolean isSameMethod(MethodPlan site) {
    return method.getName().equals(site.method.getName())
        && Arrays.equals(method.getParameterTypes(), site.method.getParameterTypes())
        && related(method.getDeclaringClass(), site.method.getDeclaringClass());
  }

  private static boolean related(Class<?> a, Class<?> b) {
    return a.isAssignableFrom(b) || b.isAssignableFrom(a);
  }

  // ---- resolving

  private dev.throttle.core.Throttle resolve(Buckets buckets) {
    List<Bucket> passed = new ArrayList<>();
    Map<String, Integer> costs = new HashMap<>();
    Duration maxWait = null;
    Priority priority = Priority.NORMAL;
    for (Throttle annotation : declarations) {
      try {
        Declared declared = Declared.of(annotation, buckets.configuration());
        passed.add(bucket(declared, buckets));
        costs.merge(declared.name(), declared.cost(), Math::max);
        Duration wait = declared.maxWait();
        if (wait != null && (maxWait == null || wait.compareTo(maxWait) < 0)) {
          maxWait = wait;
        }
        if (declared.priority() != Priority.NORMAL) {
          priority = declared.priority();
        }
      } catch (IllegalArgumentException e) {
        throw wrong(annotation, e);
      }
    }
    dev.throttle.core.Throttle throttle = buckets.throttle(passed).withPriority(priority);
    for (Map.Entry<String, Integer> cost : costs.entrySet()) {
      throttle = throttle.withCost(cost.getKey(), cost.getValue());
    }
    throttle = maxWait == null ? throttle : throttle.withMaxWait(maxWait);
    return throttle.calledBy(label());
  }

  private Bucket bucket(Declared declared, Buckets buckets) {
    if (declared.isDefinition()) {
      return buckets.define(declared.name(), declared.limits(), declared.maxQueue());
    }
    ClassLoader loader = method.getDeclaringClass().getClassLoader();
    return loader == null
        ? buckets.bucket(declared.name())
        : buckets.bucket(declared.name(), loader);
  }

  private IllegalArgumentException wrong(Throttle annotation, IllegalArgumentException e) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "@Throttle(\"%s\") on %s: %s",
            annotation.value(),
            label(),
            e.getMessage()),
        e);
  }

  private static String label(Method method) {
    StringBuilder label = new StringBuilder(method.getDeclaringClass().getSimpleName());
    label.append('.').append(method.getName()).append('(');
    String separator = "";
    for (Class<?> parameter : method.getParameterTypes()) {
      label.append(separator).append(parameter.getSimpleName());
      separator = ", ";
    }
    return label.append(')').toString();
  }

  private static @Nullable ReturnType returnType(Class<?> declared) {
    if (STAGE.handles(declared)) {
      return STAGE;
    }
    for (ReturnType found : FOUND) {
      if (found.handles(declared)) {
        return found;
      }
    }
    return null;
  }

  private static List<ReturnType> loadReturnTypes() {
    List<ReturnType> found = new ArrayList<>();
    Iterator<ReturnType> types =
        ServiceLoader.load(ReturnType.class, ReturnType.class.getClassLoader()).iterator();
    while (types.hasNext()) {
      found.add(types.next());
    }
    return List.copyOf(found);
  }

  /** What a call through a call site of {@code site} has still to pass here. */
  private record Behind(
      MethodPlan site,
      dev.throttle.core.Throttle paid,
      dev.throttle.core.Throttle whole,
      boolean sameMethod,
      dev.throttle.core.@Nullable Throttle due) {}

  @Override
  public String toString() {
    return label() + " through " + throttle();
  }
}
