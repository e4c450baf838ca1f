package dev.throttle.kotlin

import kotlin.coroutines.Continuation
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.coroutines.resume
import kotlin.coroutines.startCoroutine
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

/** What holds as well where the call runs in its caller's own coroutine. */
@OptIn(ExperimentalCoroutinesApi::class)
abstract class SameCoroutineContract : SuspendContract() {

  @Test
  fun one_that_is_cancelled_when_it_is_granted_but_does_not_run_yet_costs_nobody_a_permit() =
    runTest {
      useUp()
      val cancelled = launch { limited.get(1) }
      runCurrent()
      aPeriodPasses()
      assertThat(api().waiting()).isZero()
      assertThat(api().inUse()).isEqualTo(1)
      cancelled.cancel()
      runCurrent()
      assertThat(api().inUse()).isZero()
      assertThat(calls).isEmpty()
    }

  @Test
  fun the_callers_job_is_that_of_the_call() = runTest {
    useUp()
    var seen: Job? = null
    answer = {
      seen = currentCoroutineContext()[Job]
      "answer"
    }
    val call = launch { limited.get(1) }
    runCurrent()
    aPeriodPasses()
    call.join()
    assertThat(seen).isSameAs(call)
  }

  @Test
  fun what_is_called_after_such_an_outcome_is_not_paid_by_the_call() {
    answer = {
      suspendCoroutineUninterceptedOrReturn { rest ->
        rest.resume("answer $it")
        COROUTINE_SUSPENDED
      }
    }
    val outcomes = mutableListOf<Result<String>>()
    val calls: suspend () -> String = { limited.get(1) + limited.get(2) }
    calls.startCoroutine(Continuation(EmptyCoroutineContext) { outcomes += it })
    assertThat(outcomes.single().getOrThrow()).isEqualTo("answer 1answer 2")
    assertThat(api().inUse()).isEqualTo(2)
  }

  @Test
  fun a_coroutine_without_job_and_dispatcher_waits_too() {
    val outcomes = mutableListOf<Result<String>>()
    val call: suspend (Int) -> String = { limited.get(it) }
    for (id in 1..3) {
      call.startCoroutine(id, Continuation(EmptyCoroutineContext) { outcomes += it })
    }
    assertThat(outcomes).hasSize(2)
    aPeriodPasses()
    assertThat(outcomes.map { it.getOrThrow() }).containsExactly("user 1", "user 2", "user 3")
  }
}
