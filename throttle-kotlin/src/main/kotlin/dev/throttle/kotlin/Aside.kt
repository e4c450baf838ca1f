package dev.throttle.kotlin

import dev.throttle.core.plan.MethodPlan
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlinx.coroutines.flow.FlowCollector

/**
 * Passes the items of a throttled flow on. The flow may emit while its collection is being begun,
 * on the same stack, where a hook would find paid what the collector calls next.
 */
internal class Aside(private val collector: FlowCollector<Any?>) : FlowCollector<Any?> {

  /** Others than the thread itself may see an old value, but never themselves by mistake. */
  private var beginning: Thread? = null

  fun beginning(part: () -> Any?): Any? {
    beginning = Thread.currentThread()
    try {
      return part()
    } finally {
      beginning = null
    }
  }

  override suspend fun emit(value: Any?) {
    if (beginning !== Thread.currentThread()) {
      collector.emit(value)
      return
    }
    suspendCoroutineUninterceptedOrReturn<Unit> { rest ->
      var outcome: Any? = null
      MethodPlan.aside {
        outcome = suspend { collector.emit(value) }.startCoroutineUninterceptedOrReturn(rest)
      }
      outcome
    }
  }
}
