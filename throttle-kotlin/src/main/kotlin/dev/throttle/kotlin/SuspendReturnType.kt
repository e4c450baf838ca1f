package dev.throttle.kotlin

import dev.throttle.core.Throttle
import dev.throttle.core.plan.MethodCall
import dev.throttle.core.plan.ReturnType
import java.lang.reflect.Method
import kotlin.coroutines.Continuation
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn

/**
 * Suspend functions: the coroutine suspends until the call is granted. Found by the service loader.
 *
 * For the JVM such a function has one parameter more, the continuation, and returns an object: its
 * value, or that the continuation will get it.
 */
internal class SuspendReturnType : ReturnType {

  override fun handles(returnType: Class<*>): Boolean = false

  override fun handles(method: Method): Boolean =
    method.returnType == Any::class.java &&
      method.parameterTypes.lastOrNull() == Continuation::class.java

  override fun goesOn(arguments: Array<Any?>): Boolean =
    (arguments.lastOrNull() as? Continuation<*>)?.entersItsFunction() ?: false

  override fun invoke(throttle: Throttle, call: MethodCall): Any? {
    @Suppress("UNCHECKED_CAST") // the compiler has put it there
    val caller =
      call.arguments().lastOrNull() as Continuation<Any?>?
        ?: throw IllegalStateException(
          "a suspend function that has to pass the $throttle cannot wait, since whatever calls it" +
            " lets nobody replace its continuation. Call it through MethodPlan with a" +
            " CallWithArguments."
        )
    val granted = suspend {
      throttle.turn { permit, rest ->
        call.paidBy(permit) { call.make(call.arguments().also { it[it.lastIndex] = rest }) }
      }
    }
    return granted.startCoroutineUninterceptedOrReturn(caller)
  }
}
