package dev.throttle.core.plan;

import dev.throttle.core.Buckets;
import dev.throttle.core.Permit;
import dev.throttle.core.Sent;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  private static final List<ReturnType> RETURN_TYPES = returnTypes();

  /** Kept by the type itself, so that no class loader outlives its program. */
  private static final ClassValue<ConcurrentHashMap<Method, MethodPlan>> OF_TYPE =
      new ClassValue<>() {
        @Override
        protected ConcurrentHashMap<Method, MethodPlan> computeValue(Class<?> type) {
          return new ConcurrentHashMap<>();
        }
      };

  private static final Object[] NO_ARGUMENTS = {};

  /** Those that say what calls pass, and the one that is called. */
  private final Set<Method> methods;

  private final Resolver resolver;
  private final Class<?> returned;
  private final @Nullable ReturnType returnType;
  private final boolean readsArguments;
  private final boolean ofAdvice;
  private volatile Passage passage;

  /** What the passage comes to, so that a call is spared a load; null if it reads arguments. */
  private volatile @Nullable Throttle throttle;

  /** What is left to pay behind the call site that was seen last; a race finds it out once more. */
  private volatile @Nullable Behind behind;

  /**
   * @param called a method that is called, beside those that say what its calls pass
   * @param returning the one of them whose return type says who waits
   */
  private MethodPlan(Resolver resolver, Method called, Method returning, boolean ofAdvice) {
    this.ofAdvice = ofAdvice;
    this.methods =
        Stream.concat(resolver.methods(), Stream.of(called))
            .collect(Collectors.toUnmodifiableSet());
    this.resolver = resolver;
    this.returned = returning.getReturnType();
    this.returnType = returnType(returning);
    this.readsArguments = resolver.methods().anyMatch(MethodPlan::readsArguments);
    this.passage = resolver.resolve(Throttling.buckets());
    this.throttle = readsArguments ? null : passage.of(NO_ARGUMENTS);
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
    Declarations declarations = Declarations.of(type, method);
    return declarations.isEmpty()
        ? null
        : plans.computeIfAbsent(
            method, added -> new MethodPlan(Resolver.of(added, declarations), added, added, false));
  }

  /**
   * Returns the plan by which a framework's advice makes the calls of a method, of which several
   * methods may say what they pass, such as those of the interfaces that it implements: each bucket
   * that any of them names, once.
   *
   * @param called the method whose return type says who waits; where that is plain, those of the
   *     others do
   * @param plans those of the methods, at least one; the outermost first
   * @throws IllegalArgumentException if one has a bucket for all calls and another one per key
   */
  public static MethodPlan ofAdvice(Method called, List<MethodPlan> plans) {
    Resolver resolver = Resolver.together(plans.stream().map(plan -> plan.resolver).toList());
    Method returning =
        Stream.concat(Stream.of(called), resolver.methods())
            .filter(method -> returnType(method) != null)
            .findFirst()
            .orElse(called);
    return new MethodPlan(resolver, called, returning, true);
  }

  /**
   * Returns whether a method has a plan; reads its annotations, and defines no bucket. Slow.
   *
   * @param type as of {@link #of}
   */
  public static boolean isAnnotated(Class<?> type, Method method) {
    return !Declarations.of(type, method).isEmpty();
  }

  /** Returns whether the calling thread waits: then bracket the call, otherwise invoke it. */
  public boolean isPlain() {
    return returnType == null;
  }

  /**
   * Returns whether what a call passes depends on its arguments, as it has a {@code @ThrottleKey}
   * or {@code @ThrottleCost}: then they must be handed to {@link #due(Object[])}, {@link
   * #invoke(Object[], Callable)} and {@link #invokeCallSite(Object[], Callable)}.
   */
  public boolean readsArguments() {
    return readsArguments;
  }

  /** Returns the same of a method, which may have no plan. Slow. */
  public static boolean readsArguments(Method method) {
    return Marks.areOn(method);
  }

  /**
   * Returns what a call passes now; another one after {@link Throttling#use}.
   *
   * @throws IllegalStateException if that depends on its arguments
   */
  public Throttle throttle() {
    Throttle now = throttle;
    return now != null && now.isOf(Throttling.buckets()) ? now : throttleAnew();
  }

  private Throttle throttleAnew() {
    requireNoArguments();
    Throttle now = passage().of(NO_ARGUMENTS);
    throttle = now;
    return now;
  }

  private void requireNoArguments() {
    if (readsArguments) {
      throw new IllegalStateException(
          label()
              + " takes a key or its cost from its arguments, and what asks for its permit does not"
              + " know them.");
    }
  }

  private Passage passage() {
    Buckets buckets = Throttling.buckets();
    Passage now = passage;
    if (!now.isOf(buckets)) {
      now = resolver.resolve(buckets);
      passage = now;
    }
    return now;
  }

  /** Returns the method as messages show it: {@code PriceApi.quote(String)}. */
  public String label() {
    return resolver.label();
  }

  /**
   * Returns what this call has to pass, or null if it was paid for at its call site. What that paid
   * is thereby used up: a retry pays again. Of a call site that paid for some of the buckets, the
   * others are due.
   *
   * @throws IllegalStateException if that depends on its arguments
   */
  public @Nullable Throttle due() {
    requireNoArguments();
    MethodPlan site = Handover.take(this);
    return site == null ? throttle() : leftBehind(site, NO_ARGUMENTS);
  }

  /**
   * Returns what a call with these arguments has to pass, like {@link #due()}. The call site and
   * what is behind it see the same arguments, so a bucket of a key was paid for if any bucket of
   * its name was. While all limits are switched off, a call whose arguments do not say what it
   * passes passes nothing.
   *
   * @throws IllegalArgumentException if an argument is no key or no cost, with method and parameter
   * @throws dev.throttle.core.ThrottledException if a bucket has as many keys as it may have
   */
  public @Nullable Throttle due(@Nullable Object[] arguments) {
    if (!readsArguments || arguments.length == 0) {
      return due();
    }
    MethodPlan site = Handover.take(this);
    try {
      return site == null ? passage().of(arguments) : leftBehind(site, arguments);
    } catch (RuntimeException e) {
      if (Throttling.buckets().isEnabled()) {
        throw e;
      }
      return null;
    }
  }

  private @Nullable Throttle leftBehind(MethodPlan site, @Nullable Object[] arguments) {
    Passage left = behind(site).left;
    return left == null ? null : left.of(arguments);
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
    return invoke(NO_ARGUMENTS, call);
  }

  /**
   * Makes a call with these arguments like {@link #invoke(Callable)}, also one whose return type is
   * plain.
   *
   * @throws IllegalArgumentException as {@link #due(Object[])}
   */
  public @Nullable Object invoke(
      @Nullable Object[] arguments, Callable<? extends @Nullable Object> call) throws Exception {
    return invoke(arguments, call, null);
  }

  /**
   * Makes a call like {@link #invoke(Object[], Callable)} whose arguments can be replaced, which a
   * suspend function of Kotlin needs. What goes on with a call that was made before passes nothing.
   *
   * @throws IllegalArgumentException as {@link #due(Object[])}
   */
  public @Nullable Object invoke(@Nullable Object[] arguments, CallWithArguments call)
      throws Exception {
    return returnType != null && returnType.goesOn(arguments)
        ? call.make(arguments)
        : invoke(arguments, () -> call.make(arguments), call);
  }

  private @Nullable Object invoke(
      @Nullable Object[] arguments,
      Callable<? extends @Nullable Object> call,
      @Nullable CallWithArguments changed)
      throws Exception {
    Throttle due;
    try {
      due = due(arguments);
    } catch (ThrottledException e) {
      return refuse(e);
    }
    if (due == null) {
      return call.call();
    }
    return returnType == null
        ? due.call(call)
        : returnType.invoke(due, changeable(new BodyCall(returned, call), arguments, changed));
  }

  private static MethodCall changeable(
      MethodCall call, @Nullable Object[] arguments, @Nullable CallWithArguments changed) {
    return changed == null ? call : new ChangeableCall(call, arguments, changed);
  }

  /**
   * Says that the call which this thread makes next is paid for by this permit. A call site does so
   * after it has begun and takes it back in a {@code finally}; the first body or client hook of the
   * same method behind it uses it up.
   *
   * @param due what the call site has passed, or null if it was itself paid for
   * @param stamp that of {@code due}, which {@link #takeBack} ends or a hook did before
   */
  public void handOver(@Nullable Throttle due, long stamp) {
    Handover.begin(this, due, stamp);
  }

  /** Ends what {@link #handOver} began, used or not, and its permit. */
  public void takeBack() {
    Handover.end();
  }

  /**
   * Says that a call which {@link #due} found paid for is complete: for hooks below a client's own
   * retries, which could not have another permit while the call site holds that one.
   *
   * @param counted whether the provider has counted it; see {@link Permit#close(boolean)}
   */
  public void endPaid(boolean counted) {
    Handover.endPaid(this, counted);
  }

  /**
   * Returns what is needed to act on the provider's answer to a call that {@link #due} has just
   * found paid for, and that is sent now; null if it was not, or if its permit is ended already.
   */
  public @Nullable Sent sentPaid() {
    return Handover.sentPaid(this);
  }

  /**
   * Returns the permit of an asynchronous call that {@link #due} has just found paid for, to be
   * closed when the attempt is complete; null if the call site ends it in time by itself, or if it
   * was asked for before.
   */
  public @Nullable Permit passOn() {
    return Handover.passOn(this);
  }

  /**
   * Returns the plan of this thread's innermost call site if it paid for one of these buckets, and
   * nothing behind it has used that up; this does. For client hooks that know a request, but not
   * the method that it is sent for: to the plan that is returned they say {@link #endPaid} or
   * {@link #passOn} when the attempt is complete.
   */
  public static @Nullable MethodPlan takePaid(Set<String> buckets) {
    return Handover.take(buckets);
  }

  /**
   * Runs what is not behind any call site although it runs within one, such as a signal to whoever
   * has subscribed there: what it calls is not paid for.
   */
  public static void aside(Runnable signal) {
    Handover.aside(signal);
  }

  /** Makes a call that is not behind any call site although it is made within one. */
  public static <T extends @Nullable Object> T callAside(Callable<T> call) throws Exception {
    return Handover.callAside(call);
  }

  /**
   * Returns whether this thread's innermost call site is {@linkplain #ofAdvice that of advice}: it
   * has paid for the body that runs now, and for what that sends, but not for what that calls by
   * way of other advice, be it the same method.
   */
  public static boolean isBehindAdvice() {
    return Handover.isBehindAdvice();
  }

  /** Returns the names of the buckets that calls pass. */
  public Set<String> bucketNames() {
    return resolver.names();
  }

  /** Makes a call like {@link #invoke} from a call site: hands over while {@code call} runs. */
  public @Nullable Object invokeCallSite(Callable<? extends @Nullable Object> call)
      throws Exception {
    return invokeCallSite(NO_ARGUMENTS, call);
  }

  /**
   * Makes a call with these arguments from a call site, like {@link #invokeCallSite(Callable)}.
   *
   * @throws IllegalArgumentException as {@link #due(Object[])}
   */
  public @Nullable Object invokeCallSite(
      @Nullable Object[] arguments, Callable<? extends @Nullable Object> call) throws Exception {
    return invokeCallSite(arguments, call, null);
  }

  /**
   * Makes a call from a call site, like {@link #invokeCallSite(Object[], Callable)}, whose
   * arguments can be replaced, which a suspend function of Kotlin needs.
   *
   * @throws IllegalArgumentException as {@link #due(Object[])}
   */
  public @Nullable Object invokeCallSite(@Nullable Object[] arguments, CallWithArguments call)
      throws Exception {
    return invokeCallSite(arguments, () -> call.make(arguments), call);
  }

  private @Nullable Object invokeCallSite(
      @Nullable Object[] arguments,
      Callable<? extends @Nullable Object> call,
      @Nullable CallWithArguments changed)
      throws Exception {
    Throttle due;
    try {
      due = due(arguments);
    } catch (ThrottledException e) {
      return refuse(e);
    }
    return due != null && returnType != null
        ? returnType.invoke(due, changeable(new SiteCall(this, returned, call), arguments, changed))
        : callHandingOver(due, call);
  }

  /** A call that nobody waits for is refused as it is granted: by what it returns. */
  private Object refuse(ThrottledException refusal) {
    if (returnType == null) {
      throw refusal;
    }
    return returnType.refuse(returned, refusal);
  }

  private @Nullable Object callHandingOver(
      @Nullable Throttle due, Callable<? extends @Nullable Object> call) throws Exception {
    handOver(due, due == null ? 0 : due.begin());
    try {
      return call.call();
    } finally {
      takeBack();
    }
  }

  /** Returns whether a framework's advice makes calls by it. */
  boolean isOfAdvice() {
    return ofAdvice;
  }

  /** Returns whether a call site of that plan may have called this one's method. */
  boolean isBehind(MethodPlan site) {
    return behind(site).sameMethod;
  }

  private Behind behind(MethodPlan site) {
    Passage whole = passage();
    Behind known = behind;
    if (known == null || known.site != site || known.whole != whole) {
      known = new Behind(site, whole, isSameMethod(site), whole.without(site.resolver.names()));
      behind = known;
    }
    return known;
  }

  private boolean isSameMethod(MethodPlan site) {
    return methods.stream()
        .anyMatch(method -> site.methods.stream().anyMatch(other -> isSame(method, other)));
  }

  private static boolean isSame(Method a, Method b) {
    return a.getName().equals(b.getName())
        && Arrays.equals(a.getParameterTypes(), b.getParameterTypes())
        && related(a.getDeclaringClass(), b.getDeclaringClass());
  }

  private static boolean related(Class<?> a, Class<?> b) {
    return a.isAssignableFrom(b) || b.isAssignableFrom(a);
  }

  private static @Nullable ReturnType returnType(Method method) {
    for (ReturnType type : RETURN_TYPES) {
      if (type.handles(method)) {
        return type;
      }
    }
    return null;
  }

  private static List<ReturnType> returnTypes() {
    List<ReturnType> types = new ArrayList<>();
    types.add(new StageReturnType());
    Iterator<ReturnType> found =
        ServiceLoader.load(ReturnType.class, ReturnType.class.getClassLoader()).iterator();
    while (found.hasNext()) {
      types.add(found.next());
    }
    types.add(new UnhandledSuspend());
    return List.copyOf(types);
  }

  /** What a call through a call site of {@code site} has still to pass here. */
  private record Behind(
      MethodPlan site, Passage whole, boolean sameMethod, @Nullable Passage left) {}

  @Override
  public String toString() {
    return label() + " through " + passage();
  }
}
