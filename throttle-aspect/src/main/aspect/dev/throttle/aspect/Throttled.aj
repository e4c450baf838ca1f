package dev.throttle.aspect;

import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleCost;
import dev.throttle.annotation.ThrottleKey;
import dev.throttle.annotation.Throttles;
import java.lang.annotation.Annotation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The join points of annotated methods: bodies where there is one, calls where there is none. So no
 * declaration is ever met twice.
 *
 * <p>{@code Object}'s methods are never meant by an annotation on a type, and javac from 18 on compiles
 * their calls against the interface. An annotation type's own methods are not either: there {@code
 * @Throttle} is for what carries the annotation.
 */
public class Throttled {

  /** Bodies of methods that carry {@code @Throttle}, alone, repeated or in another annotation. */
  pointcut annotatedBody():
      execution(@Throttle !abstract * *(..))
      || execution(@Throttles !abstract * *(..))
      || execution(@(@Throttle *) !abstract * *(..))
      || execution(@(@Throttles *) !abstract * *(..))
      || execution(@(@(@Throttle *) *) !abstract * *(..))
      || execution(@(@(@Throttles *) *) !abstract * *(..));

  /**
   * Bodies in a type that does. {@code execution} alone would meet overrides in subtypes, which do not
   * inherit the annotation, and {@code within} alone the bodies of nested types.
   */
  pointcut bodyOfAnnotatedType():
      !execution(* lambda$*(..))
      && !execution(* *$lambda$*(..)) // as Kotlin names them
      && (execution(!abstract * (@Throttle *).*(..)) && within(@Throttle *)
          || execution(!abstract * (@Throttles *).*(..)) && within(@Throttles *)
          || execution(!abstract * (@(@Throttle *) *).*(..)) && within(@(@Throttle *) *)
          || execution(!abstract * (@(@Throttles *) *).*(..)) && within(@(@Throttles *) *)
          || execution(!abstract * (@(@(@Throttle *) *) *).*(..)) && within(@(@(@Throttle *) *) *)
          || execution(!abstract * (@(@(@Throttles *) *) *).*(..)) && within(@(@(@Throttles *) *) *));

  pointcut anyBody(): (annotatedBody() || bodyOfAnnotatedType()) && !execution(* Object.*(..));

  /** Bodies whose calls all pass the same. */
  public pointcut body(): anyBody() && !readsArguments() && !suspends();

  /** Bodies whose calls pass what their arguments say. */
  public pointcut bodyReadingArguments(): anyBody() && readsArguments() && !suspends();

  /** Bodies of suspend functions. */
  public pointcut suspendBody(): anyBody() && suspends();

  /** Calls of abstract methods that carry it. */
  pointcut annotatedCall():
      call(@Throttle abstract * *(..))
      || call(@Throttles abstract * *(..))
      || call(@(@Throttle *) abstract * *(..))
      || call(@(@Throttles *) abstract * *(..))
      || call(@(@(@Throttle *) *) abstract * *(..))
      || call(@(@(@Throttles *) *) abstract * *(..));

  /** Calls of abstract methods through a type that does. */
  pointcut callThroughAnnotatedType():
      call(abstract * (@Throttle *).*(..))
      || call(abstract * (@Throttles *).*(..))
      || call(abstract * (@(@Throttle *) *).*(..))
      || call(abstract * (@(@Throttles *) *).*(..))
      || call(abstract * (@(@(@Throttle *) *) *).*(..))
      || call(abstract * (@(@(@Throttles *) *) *).*(..));

  pointcut anyCallSite():
      (annotatedCall() || callThroughAnnotatedType())
      && !call(* Object.*(..))
      && !call(* Annotation+.*(..));

  /** Calls that all pass the same. */
  public pointcut callSite(): anyCallSite() && !readsArguments() && !suspends();

  /** Calls that pass what their arguments say. */
  public pointcut callSiteReadingArguments(): anyCallSite() && readsArguments() && !suspends();

  /** Calls of suspend functions. */
  public pointcut suspendCallSite(): anyCallSite() && suspends();

  /** Methods with a parameter that is a key or a cost; the parentheses mean it and not its type. */
  pointcut readsArguments():
      execution(* *(.., @ThrottleKey (*), ..))
      || execution(* *(.., @ThrottleCost (*), ..))
      || call(* *(.., @ThrottleKey (*), ..))
      || call(* *(.., @ThrottleCost (*), ..));

  /**
   * Suspend functions of Kotlin. The two dots match by name, in programs without Kotlin too, for which
   * a type that is not there would be a mistake.
   */
  pointcut suspends():
      execution(Object *(.., kotlin..Continuation))
      || call(Object *(.., kotlin..Continuation));

  /** Return types of which it is known that nobody waits. */
  public pointcut returnsStage():
      execution((CompletionStage || CompletableFuture) *(..))
      || call((CompletionStage || CompletableFuture) *(..));

  /** Return types that do not fit into a reference without a box that is allocated. */
  public pointcut returnsInt(): execution(int *(..)) || call(int *(..));

  public pointcut returnsLong(): execution(long *(..)) || call(long *(..));

  public pointcut returnsFloat(): execution(float *(..)) || call(float *(..));

  public pointcut returnsDouble(): execution(double *(..)) || call(double *(..));

  pointcut returnsNumber(): returnsInt() || returnsLong() || returnsFloat() || returnsDouble();

  /** All others, for which the calling thread may have to wait. */
  public pointcut returnsReference(): !returnsNumber() && !returnsStage();

  /** Return types of which it is known that the calling thread waits. */
  public pointcut returnsPlainValue():
      execution((void || boolean || byte || short || int || long || char || float || double) *(..))
      || execution(java.lang.* *(..))
      || call((void || boolean || byte || short || int || long || char || float || double) *(..))
      || call(java.lang.* *(..));
}
