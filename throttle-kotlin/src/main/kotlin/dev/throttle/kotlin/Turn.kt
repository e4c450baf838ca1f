package dev.throttle.kotlin

import dev.throttle.core.Permit
import dev.throttle.core.Throttle
import kotlin.coroutines.Continuation
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.jvm.internal.CoroutineStackFrame
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlin.coroutines.suspendCoroutine
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Does something under a permit, when its turn has come.
 *
 * The outcome comes by way of the coroutine's dispatcher, whichever thread completes it; and never
 * on the stack of [part], on which the code after it would find its own calls paid for.
 *
 * @param part returns its outcome, or [COROUTINE_SUSPENDED] if the continuation gets it
 */
internal suspend fun Throttle.turn(part: (Permit, Continuation<Any?>) -> Any?): Any? =
  withPermit { permit ->
    suspendCoroutine { rest ->
      val outcome = part(permit, Completion(permit, rest))
      if (outcome !== COROUTINE_SUSPENDED) {
        rest.resume(outcome)
      }
    }
  }

/** Suspends until a permit is there. A coroutine that is cancelled before it goes on has none. */
internal suspend fun Throttle.permit(): Permit {
  val asked = acquireAsync()
  return suspendCancellableCoroutine { waiting ->
    waiting.invokeOnCancellation { asked.cancel(false) }
    asked.whenComplete { permit, failure ->
      if (failure == null) {
        waiting.resume(permit) { _, unused, _ -> unused.giveBack() }
      } else {
        waiting.resumeWithException(failure)
      }
    }
  }
}

/** Ends the permit when the call is complete, and not when a busy dispatcher comes to know it. */
private class Completion(private val permit: Permit, private val rest: Continuation<Any?>) :
  Continuation<Any?>, CoroutineStackFrame {

  override val context
    get() = rest.context

  override val callerFrame
    get() = rest as? CoroutineStackFrame

  override fun getStackTraceElement(): StackTraceElement? = null

  override fun resumeWith(result: Result<Any?>) {
    permit.close()
    rest.resumeWith(result)
  }
}
