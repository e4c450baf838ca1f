package dev.throttle.kotlin

import dev.throttle.core.Limit
import dev.throttle.core.ThrottledException
import dev.throttle.core.Throttling
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.Executors
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows

/** What holds for suspend functions, in whichever way their calls come to their plans. */
@OptIn(ExperimentalCoroutinesApi::class)
abstract class SuspendContract : Scene() {

  abstract fun limited(server: Server): Limited

  protected val limited by lazy { limited(this) }

  /** Uses up the limit, so that who comes next waits. */
  protected suspend fun useUp() {
    limited.get(-1)
    limited.get(-2)
    calls.clear()
    times.clear()
  }

  @Test
  fun calls_are_granted_in_order_and_never_more_than_the_limit_in_a_period() = runTest {
    val answers = (1..7).map { async { limited.get(it) } }
    runCurrent()
    assertThat(calls).containsExactly(1, 2)
    assertThat(api().waiting()).isEqualTo(5)
    repeat(3) {
      aPeriodPasses()
      runCurrent()
    }
    assertThat(calls).containsExactly(1, 2, 3, 4, 5, 6, 7)
    assertThat(times).containsExactly(0, 0, 1_001, 1_001, 2_002, 2_002, 3_003)
    assertThat(answers.awaitAll()).startsWith("user 1", "user 2").hasSize(7)
  }

  @Test
  fun a_thousand_that_wait_on_one_thread_do_not_block_it() {
    runBlocking {
      val answers = (1..1_000).map { async { limited.get(it) } }
      yield() // lets each come to its wait
      assertThat(api().waiting()).isEqualTo(998)
      repeat(3_000) {
        aPeriodPasses()
        yield()
      }
      assertThat(answers).allMatch { it.isCompleted }
    }
    assertThat(calls).containsExactlyElementsOf(1..1_000)
    assertThat(times.groupingBy { it }.eachCount().values).allMatch { it <= 2 }
  }

  @Test
  fun a_permit_is_held_until_the_call_is_complete() = runTest {
    val held = serverHoldsItsAnswers()
    val call = async { limited.get(1) }
    runCurrent()
    repeat(3) { aPeriodPasses() }
    assertThat(api().inUse()).isEqualTo(1)
    held.complete("late")
    assertThat(call.await()).isEqualTo("late")
    assertThat(api().inUse()).isEqualTo(1)
    aPeriodPasses()
    assertThat(api().inUse()).isZero()
  }

  @Test
  fun a_coroutine_that_is_cancelled_while_it_waits_never_calls_and_costs_nobody_a_permit() =
    runTest {
      useUp()
      val cancelled = launch { limited.get(1) }
      val others = listOf(launch { limited.get(2) }, launch { limited.get(3) })
      runCurrent()
      assertThat(api().waiting()).isEqualTo(3)
      cancelled.cancel()
      assertThat(api().waiting()).isEqualTo(2)
      aPeriodPasses()
      runCurrent()
      assertThat(calls).containsExactly(2, 3)
      assertThat(others).allMatch { it.isCompleted && !it.isCancelled }
    }

  @Test
  fun one_that_is_cancelled_already_does_not_call_although_it_need_not_wait() = runTest {
    launch {
      currentCoroutineContext().cancel()
      limited.get(1)
    }
    runCurrent()
    assertThat(api().inUse()).isZero()
    assertThat(calls).isEmpty()
  }

  @Test
  fun cancelling_a_call_in_flight_completes_its_permit() = runTest {
    serverHoldsItsAnswers()
    val call = launch { limited.get(1) }
    runCurrent()
    repeat(3) { aPeriodPasses() }
    assertThat(api().inUse()).isEqualTo(1)
    call.cancelAndJoin()
    assertThat(api().inUse()).isEqualTo(1) // the provider may have counted it
    aPeriodPasses()
    assertThat(api().inUse()).isZero()
  }

  @Test
  fun a_failure_is_the_callers_and_completes_the_permit() = runTest {
    answer = { throw IllegalStateException("at once") }
    assertThat(assertThrows<IllegalStateException> { limited.get(1) }).hasMessage("at once")
    answer = {
      yield()
      throw IllegalStateException("later")
    }
    assertThat(assertThrows<IllegalStateException> { limited.get(2) }).hasMessage("later")
    assertThat(api().inUse()).isEqualTo(2)
    aPeriodPasses()
    assertThat(api().inUse()).isZero()
  }

  @Test
  fun each_attempt_of_a_retry_takes_a_permit() = runTest {
    answer = { throw IllegalStateException("busy") }
    val retrying = launch {
      repeat(3) { attempt -> runCatching { limited.get(attempt) } }
    }
    runCurrent()
    assertThat(calls).containsExactly(0, 1)
    aPeriodPasses()
    retrying.join()
    assertThat(calls).containsExactly(0, 1, 2)
  }

  @Test
  fun a_refusal_is_thrown_by_the_call() = runTest {
    useUp()
    val refusal = assertThrows<ThrottledException> { limited.getNow(1) }
    assertThat(refusal.reason()).isEqualTo(ThrottledException.Reason.MAX_WAIT)
    assertThat(refusal.bucket()).isEqualTo("api")
    assertThat(calls).isEmpty()
    aPeriodPasses()
    assertThat(limited.getNow(2)).isEqualTo("user 2")
  }

  @Test
  fun a_key_is_found_among_the_arguments_and_its_limit_is_its_own() = runTest {
    val a = listOf(1, 2).map { launch { limited.ofTenant(Tenant("a"), it) } }
    val b = launch { limited.ofTenant(Tenant("b"), 3) }
    runCurrent()
    assertThat(calls).containsExactly(1, 3)
    assertThat(b.isCompleted).isTrue()
    val tenants = Throttling.buckets().keyed("tenants")
    assertThat(tenants.bucket("a").waiting()).isEqualTo(1)
    assertThat(tenants.bucket("b").inUse()).isEqualTo(1)
    aPeriodPasses()
    runCurrent()
    assertThat(calls).containsExactly(1, 3, 2)
    assertThat(a).allMatch { it.isCompleted }
  }

  @Test
  fun a_cost_is_found_among_the_arguments() = runTest {
    limited.weighing(1, 7)
    val second = launch { limited.weighing(2, 4) }
    runCurrent()
    val weights = Throttling.buckets().bucket("weights")
    assertThat(weights.inUse()).isEqualTo(7)
    assertThat(weights.waiting()).isEqualTo(1)
    aPeriodPasses()
    second.join()
    assertThat(weights.inUse()).isEqualTo(4)
  }

  @Test
  fun an_argument_that_is_no_cost_fails_the_call() = runTest {
    val failure = assertThrows<IllegalArgumentException> { limited.weighing(1, 0) }
    assertThat(failure).hasMessageContaining("@ThrottleCost on parameter 2 of")
    assertThat(calls).isEmpty()
  }

  @Test
  fun a_deadline_ends_the_wait() = runTest {
    useUp()
    val late = async { runCatching { withTimeout(300) { limited.get(1) } } }
    runCurrent()
    assertThat(api().waiting()).isEqualTo(1)
    advanceTimeBy(301)
    assertThat(late.await().exceptionOrNull())
      .isInstanceOf(TimeoutCancellationException::class.java)
    assertThat(api().waiting()).isZero()
    aPeriodPasses()
    runCurrent()
    assertThat(calls).isEmpty()
    assertThat(api().inUse()).isZero()
  }

  @Test
  fun a_scope_that_ends_leaves_nobody_in_the_queue() = runTest {
    useUp()
    val failure = runCatching {
      coroutineScope {
        repeat(5) { launch { limited.get(it) } }
        yield()
        assertThat(api().waiting()).isEqualTo(5)
        error("all of it is off")
      }
    }
    assertThat(failure.exceptionOrNull()).hasMessage("all of it is off")
    assertThat(api().waiting()).isZero()
    aPeriodPasses()
    runCurrent()
    assertThat(calls).isEmpty()
    assertThat(api().inUse()).isZero()
  }

  @Test
  fun call_and_caller_go_on_in_the_callers_dispatcher_whichever_thread_grants_and_answers() {
    val held = serverHoldsItsAnswers()
    val threads = CopyOnWriteArrayList<String>()
    val inner = answer
    answer = {
      threads += Thread.currentThread().name
      inner(it)
    }
    Executors.newSingleThreadExecutor { Thread(it, "the caller's") }
      .asCoroutineDispatcher()
      .use { dispatcher ->
        val caller =
          CoroutineScope(dispatcher).launch {
            awaitAll(async { limited.get(1) }, async { limited.get(2) }, async { limited.get(3) })
            threads += Thread.currentThread().name
          }
        await().until { Throttling.buckets().find("api")?.waiting() == 1 && threads.size == 2 }
        held.complete("answered on this thread")
        await().until {
          aPeriodPasses() // grants on this thread
          caller.isCompleted
        }
      }
    assertThat(threads).hasSize(4).allMatch { it.startsWith("the caller's") }
  }

  @Test
  fun elements_of_the_context_reach_call_and_caller() {
    val trace = ThreadLocal<String?>()
    val seen = mutableListOf<String?>()
    answer = {
      seen += trace.get()
      yield()
      seen += trace.get()
      "answer"
    }
    runTest {
      useUp()
      seen.clear()
      val call =
        launch(trace.asContextElement("trace 7")) {
          limited.get(1)
          seen += trace.get()
        }
      runCurrent()
      assertThat(seen).isEmpty()
      aPeriodPasses()
      call.join()
      assertThat(trace.get()).isNull()
    }
    assertThat(seen).containsExactly("trace 7", "trace 7", "trace 7")
  }

  @Test
  fun an_outcome_that_comes_while_the_call_is_being_made_is_as_good() = runTest {
    answer = {
      suspendCoroutineUninterceptedOrReturn { rest ->
        rest.resume("answer $it")
        COROUTINE_SUSPENDED
      }
    }
    assertThat(limited.get(1)).isEqualTo("answer 1")
    answer = {
      suspendCoroutineUninterceptedOrReturn { rest ->
        rest.resumeWithException(IllegalStateException("no"))
        COROUTINE_SUSPENDED
      }
    }
    assertThat(assertThrows<IllegalStateException> { limited.get(2) }).hasMessage("no")
    aPeriodPasses()
    assertThat(api().inUse()).isZero()
  }

  @Test
  fun a_call_in_another_context_comes_back() = runTest {
    useUp()
    val call = async { withContext(trace("outer")) { limited.get(1) } }
    runCurrent()
    aPeriodPasses()
    assertThat(call.await()).isEqualTo("user 1")
  }

  private fun trace(value: String) = ThreadLocal<String?>().asContextElement(value)

  @Test
  fun limits_that_are_switched_off_hold_up_nobody() = runTest {
    Throttling.buckets().setEnabled(false)
    repeat(5) { limited.get(it) }
    assertThat(calls).hasSize(5)
  }

  @Test
  fun those_who_wait_when_buckets_are_closed_learn_of_it() = runTest {
    useUp()
    val waiting = async { runCatching { limited.get(1) } }
    runCurrent()
    Throttling.buckets().close()
    runCurrent()
    assertThat(waiting.isCompleted).isTrue()
    assertThat(waiting.await().exceptionOrNull())
      .isInstanceOf(Exception::class.java)
      .isNotInstanceOf(CancellationException::class.java)
  }

  @Test
  fun too_many_keys_are_a_refusal_like_others() = runTest {
    val limits = listOf(Limit.of(3, Duration.ofSeconds(1)))
    Throttling.buckets().defineKeyed("few", limits, { limits }, 1, 5)
    limited.ofFew("a")
    val refusal = assertThrows<ThrottledException> { limited.ofFew("b") }
    assertThat(refusal).hasMessageContaining("maxKeys is 1")
    assertThat(calls).hasSize(1)
  }
}
