package dev.throttle.kotlin

import dev.throttle.core.Throttle
import dev.throttle.core.ThrottledException
import dev.throttle.core.plan.MethodCall
import dev.throttle.core.plan.ReturnType
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/**
 * Functions that return a `Flow`: calling them is free, each collection takes a permit and makes
 * the call under it. Found by the service loader.
 */
internal class FlowReturnType : ReturnType {

  override fun handles(returnType: Class<*>): Boolean = returnType == Flow::class.java

  override fun invoke(throttle: Throttle, call: MethodCall): Any =
    flow<Any?> {
      val collector = Aside(this)
      throttle.turn { permit, rest ->
        call.paidBy(permit) {
          collector.beginning {
            suspend { made(call).collect(collector) }.startCoroutineUninterceptedOrReturn(rest)
          }
        }
      }
    }

  @Suppress("UNCHECKED_CAST") // the function is declared to return a Flow
  private fun made(call: MethodCall): Flow<Any?> =
    checkNotNull(call.make()) { "the Flow of a throttled function must not be null." } as Flow<Any?>

  override fun refuse(returnType: Class<*>, refusal: ThrottledException): Any =
    flow<Any?> { throw refusal }
}
