package dev.throttle.kotlin

import dev.throttle.core.Limit
import dev.throttle.core.ThrottledException
import dev.throttle.core.Throttling
import java.time.Duration
import kotlin.coroutines.ContinuationInterceptor
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.retry
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows

/** What holds for functions that return a flow, however their calls come to their plans. */
@OptIn(ExperimentalCoroutinesApi::class)
abstract class FlowContract : Scene() {

  abstract fun limited(server: Server): Limited

  private val limited by lazy { limited(this) }

  private suspend fun useUp() {
    repeat(2) { limited.numbers(-1).toList() }
    calls.clear()
    ended = 0
  }

  @Test
  fun calling_is_free_and_each_collection_takes_a_permit_and_makes_the_call() = runTest {
    val numbers = limited.numbers(3)
    assertThat(Throttling.buckets().find("api")?.inUse() ?: 0).isZero()
    assertThat(calls).isEmpty()
    assertThat(numbers.toList()).containsExactly(1, 2, 3)
    assertThat(api().inUse()).isEqualTo(1)
    assertThat(numbers.toList()).containsExactly(1, 2, 3)
    assertThat(api().inUse()).isEqualTo(2)
    assertThat(calls).containsExactly(3, 3)
  }

  @Test
  fun collections_are_granted_in_order_and_never_more_than_the_limit_in_a_period() = runTest {
    val all = (1..5).map { async { limited.numbers(it).toList() } }
    runCurrent()
    assertThat(calls).containsExactly(1, 2)
    assertThat(api().waiting()).isEqualTo(3)
    repeat(2) {
      aPeriodPasses()
      runCurrent()
    }
    assertThat(times).containsExactly(0, 0, 1_001, 1_001, 2_002)
    assertThat(all.map { it.await().size }).containsExactly(1, 2, 3, 4, 5)
  }

  @Test
  fun a_thousand_collections_that_wait_on_one_thread_do_not_block_it() {
    runBlocking {
      val all = (1..1_000).map { launch { limited.numbers(it).first() } }
      yield()
      assertThat(api().waiting()).isEqualTo(998)
      repeat(3_000) {
        aPeriodPasses()
        yield()
      }
      assertThat(all).allMatch { it.isCompleted }
    }
    assertThat(calls).containsExactlyElementsOf(1..1_000)
  }

  @Test
  fun a_permit_is_held_until_the_collection_ends() = runTest {
    val more = CompletableDeferred<Int>()
    stream = { flow { emit(more.await()) } }
    val collection = async { limited.numbers(1).toList() }
    runCurrent()
    repeat(3) { aPeriodPasses() }
    assertThat(api().inUse()).isEqualTo(1)
    more.complete(7)
    assertThat(collection.await()).containsExactly(7)
    aPeriodPasses()
    assertThat(api().inUse()).isZero()
  }

  @Test
  fun cancelling_a_collection_completes_its_permit() = runTest {
    stream = { flow { CompletableDeferred<Int>().await() } }
    val collection = launch { limited.numbers(1).toList() }
    runCurrent()
    repeat(3) { aPeriodPasses() }
    assertThat(api().inUse()).isEqualTo(1)
    collection.cancelAndJoin()
    assertThat(ended).isEqualTo(1)
    aPeriodPasses()
    assertThat(api().inUse()).isZero()
  }

  @Test
  fun whoever_has_enough_ends_the_collection() = runTest {
    stream = { flow { generateSequence(1) { it + 1 }.forEach { emit(it) } } }
    assertThat(limited.numbers(1).first()).isEqualTo(1)
    assertThat(limited.numbers(1).take(3).toList()).containsExactly(1, 2, 3)
    assertThat(ended).isEqualTo(2)
    assertThat(api().inUse()).isEqualTo(2)
    aPeriodPasses()
    assertThat(api().inUse()).isZero()
  }

  @Test
  fun a_collection_that_is_cancelled_while_it_waits_is_never_made_and_costs_nobody_a_permit() =
    runTest {
      useUp()
      val cancelled = launch { limited.numbers(1).toList() }
      launch { limited.numbers(2).toList() }
      launch { limited.numbers(3).toList() }
      runCurrent()
      assertThat(api().waiting()).isEqualTo(3)
      cancelled.cancel()
      assertThat(api().waiting()).isEqualTo(2)
      aPeriodPasses()
      runCurrent()
      assertThat(calls).containsExactly(2, 3)
    }

  @Test
  fun a_failure_of_the_flow_is_the_collectors_and_completes_the_permit() = runTest {
    stream = {
      flow {
        emit(1)
        yield()
        error("broken")
      }
    }
    val seen = mutableListOf<Int>()
    val failure =
      assertThrows<IllegalStateException> { limited.numbers(1).onEach { seen += it }.toList() }
    assertThat(failure).hasMessage("broken")
    assertThat(seen).containsExactly(1)
    aPeriodPasses()
    assertThat(api().inUse()).isZero()
  }

  @Test
  fun a_failure_of_the_call_is_thrown_by_the_collection() = runTest {
    stream = { error("no flow") }
    val numbers = limited.numbers(1)
    assertThat(assertThrows<IllegalStateException> { numbers.toList() }).hasMessage("no flow")
    aPeriodPasses()
    assertThat(api().inUse()).isZero()
  }

  @Test
  fun a_failure_of_the_collector_comes_back_to_it_and_completes_the_permit() = runTest {
    val failure =
      assertThrows<IllegalStateException> { limited.numbers(3).collect { error("item $it") } }
    assertThat(failure).hasMessage("item 1")
    assertThat(ended).isEqualTo(1)
    aPeriodPasses()
    assertThat(api().inUse()).isZero()
  }

  @Test
  fun each_attempt_of_a_retry_takes_a_permit() = runTest {
    stream = { if (calls.size < 3) flow { error("busy") } else flow { emit(it) } }
    // The call is noted when its flow is collected, and the flow is made before.
    val retried = async { limited.numbers(7).retry(5).toList() }
    runCurrent()
    assertThat(calls).hasSize(2)
    assertThat(api().waiting()).isEqualTo(1)
    aPeriodPasses()
    runCurrent()
    aPeriodPasses()
    assertThat(retried.await()).containsExactly(7)
    assertThat(calls).hasSize(4)
  }

  @Test
  fun a_refusal_is_thrown_by_the_collection_and_not_by_the_call() = runTest {
    useUp()
    val numbers = limited.numbersNow(1)
    val refusal = assertThrows<ThrottledException> { numbers.toList() }
    assertThat(refusal.reason()).isEqualTo(ThrottledException.Reason.MAX_WAIT)
    assertThat(calls).isEmpty()
    aPeriodPasses()
    assertThat(numbers.toList()).containsExactly(1)
  }

  @Test
  fun a_key_is_found_among_the_arguments_and_its_limit_is_its_own() = runTest {
    launch { limited.numbersOfTenant("a").toList() }
    launch { limited.numbersOfTenant("a").toList() }
    launch { limited.numbersOfTenant("b").toList() }
    runCurrent()
    val tenants = Throttling.buckets().keyed("tenants")
    assertThat(calls).hasSize(2)
    assertThat(tenants.bucket("a").waiting()).isEqualTo(1)
    assertThat(tenants.bucket("b").waiting()).isZero()
    aPeriodPasses()
  }

  @Test
  fun too_many_keys_are_a_refusal_like_others() = runTest {
    val limits = listOf(Limit.of(3, Duration.ofSeconds(1)))
    Throttling.buckets().defineKeyed("few", limits, { limits }, 1, 5)
    limited.numbersOfFew("a").toList()
    val refused = limited.numbersOfFew("b")
    assertThat(assertThrows<ThrottledException> { refused.toList() })
      .hasMessageContaining("maxKeys is 1")
    assertThat(calls).hasSize(1)
  }

  @Test
  fun what_the_collector_calls_with_an_item_is_not_paid_by_the_collection() = runTest {
    val products =
      limited.numbers(1).map { outer ->
        limited.numbers(1).map { inner -> outer * inner }.first()
      }
    assertThat(products.toList()).containsExactly(1)
    assertThat(api().inUse()).isEqualTo(2)
    assertThat(calls).hasSize(2)
  }

  @Test
  fun a_collector_that_suspends_gets_one_item_after_the_other() = runTest {
    val seen = mutableListOf<String>()
    stream = { upTo ->
      flow {
        for (i in 1..upTo) {
          seen += "emit $i"
          emit(i)
        }
      }
    }
    limited.numbers(2).collect {
      yield()
      seen += "got $it"
    }
    assertThat(seen).containsExactly("emit 1", "got 1", "emit 2", "got 2")
  }

  @Test
  fun items_come_in_the_collectors_context_and_the_flow_can_have_another() = runTest {
    useUp()
    val other = StandardTestDispatcher(testScheduler, "other")
    val ofCall = mutableListOf<Any?>()
    stream = {
      flow {
        ofCall += currentCoroutineContext()[ContinuationInterceptor]
        emit(1)
        yield()
        emit(2)
      }
    }
    val own = currentCoroutineContext()[ContinuationInterceptor]
    val ofItems = mutableListOf<Any?>()
    launch {
      limited.numbers(1).collect {
        ofItems += currentCoroutineContext()[ContinuationInterceptor]
      }
    }
    launch {
      limited.numbers(1).flowOn(other).collect {
        ofItems += currentCoroutineContext()[ContinuationInterceptor]
      }
    }
    runCurrent()
    assertThat(ofCall).isEmpty()
    aPeriodPasses()
    runCurrent()
    assertThat(ofCall).containsExactlyInAnyOrder(own, other)
    assertThat(ofItems).containsExactly(own, own, own, own)
  }
}
