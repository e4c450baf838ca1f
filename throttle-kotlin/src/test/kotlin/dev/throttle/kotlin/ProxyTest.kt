package dev.throttle.kotlin

import java.util.concurrent.Callable
import kotlin.coroutines.Continuation
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.coroutines.resume
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows

@OptIn(ExperimentalCoroutinesApi::class)
class ProxySuspendTest : SameCoroutineContract() {

  override fun limited(server: Server): Limited = proxy<Limited>(Unlimited(server))

  @Test
  fun an_answer_that_its_dispatcher_is_too_busy_to_take_frees_its_permit() = runTest {
    val held = CompletableDeferred<Continuation<String>>()
    answer = {
      suspendCoroutineUninterceptedOrReturn { rest ->
        held.complete(rest)
        COROUTINE_SUSPENDED
      }
    }
    val call = async { limited(this@ProxySuspendTest).get(1) }
    runCurrent()
    held.await().resume("answer")
    aPeriodPasses()
    assertThat(call.isCompleted).isFalse()
    assertThat(api().inUse()).isZero()
    assertThat(call.await()).isEqualTo("answer")
  }

  @Test
  fun a_caller_that_lets_nobody_replace_the_continuation_is_told_so() = runTest {
    val plan = plan<Limited>("get")
    val failure =
      assertThrows<IllegalStateException> {
        suspendCoroutineUninterceptedOrReturn<Any?> { rest ->
          plan.invokeCallSite(arrayOf(1, rest), Callable { "never" })
        }
      }
    assertThat(failure)
      .hasMessageContaining("a suspend function that has to pass the throttle of [bucket 'api' ")
    assertThat(api().inUse()).isZero()
  }
}

class ProxyFlowTest : FlowContract() {

  override fun limited(server: Server): Limited = proxy<Limited>(Unlimited(server))
}
