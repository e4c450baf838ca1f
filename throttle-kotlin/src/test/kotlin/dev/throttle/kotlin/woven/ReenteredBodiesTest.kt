package dev.throttle.kotlin.woven

import dev.throttle.annotation.Throttle
import dev.throttle.core.Throttling
import dev.throttle.kotlin.Scene
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows

/**
 * The body of a suspend function is entered each time that it goes on; only the first time is a
 * call.
 */
@OptIn(ExperimentalCoroutinesApi::class)
class ReenteredBodiesTest : Scene() {

  private val users = Users()

  private fun inUse(bucket: String) = Throttling.buckets().bucket(bucket).inUse()

  open class Parent {
    @Throttle(value = "parent", limit = 10, period = "PT1S")
    open suspend fun inherited(times: Int): Int {
      repeat(times) { yield() }
      return times
    }
  }

  interface WithDefault {
    @Throttle(value = "default", limit = 10, period = "PT1S")
    suspend fun default(times: Int): Int {
      repeat(times) { yield() }
      return times
    }
  }

  class Users : Parent(), WithDefault {
    @Throttle(value = "body", limit = 10, period = "PT1S")
    suspend fun body(times: Int): Int {
      var seen = 0
      repeat(times) {
        yield()
        seen++
      }
      return seen
    }

    @Throttle(value = "private", limit = 10, period = "PT1S")
    private suspend fun hidden(times: Int): Int {
      repeat(times) { yield() }
      return times
    }

    suspend fun throughHidden(times: Int): Int {
      val lambda: suspend () -> Int = { hidden(times) }
      return lambda()
    }

    @Throttle(value = "recursive", limit = 10, period = "PT1S")
    suspend fun recursive(depth: Int): Int {
      yield()
      val below = if (depth == 0) 0 else recursive(depth - 1)
      yield()
      return below + 1
    }

    @Throttle(value = "tail", limit = 10, period = "PT1S")
    suspend fun tail(times: Int): Int = body(times)

    @Throttle(value = "optional", limit = 10, period = "PT1S")
    suspend fun optional(times: Int = 3): Int {
      repeat(times) { yield() }
      return times
    }

    @Throttle(value = "generic", limit = 10, period = "PT1S")
    suspend fun <T> generic(value: T, times: Int): T {
      repeat(times) { yield() }
      return value
    }

    @Throttle(value = "long", limit = 10, period = "PT1S")
    suspend fun number(a: Long, b: Double): Long {
      yield()
      val sum = a + b.toLong()
      yield()
      return sum
    }

    @Throttle(value = "failing", limit = 10, period = "PT1S")
    suspend fun failing(): Int {
      try {
        yield()
        error("first")
      } catch (e: IllegalStateException) {
        yield()
        error("after " + e.message)
      } finally {
        yield()
      }
    }

    override suspend fun inherited(times: Int): Int {
      yield()
      val own = super.inherited(times)
      yield()
      return own
    }
  }

  /** All functions of a type, and nothing that is in them. */
  @Throttle(value = "type", limit = 10, period = "PT1S")
  class Typed {
    suspend fun withLambdas(times: Int): Int {
      val one = { times / times }
      val next: suspend (Int) -> Int = {
        yield()
        it + one()
      }
      var sum = 0
      repeat(times) { sum = next(sum) }
      return sum
    }
  }

  object Singleton {
    @Throttle(value = "object", limit = 10, period = "PT1S")
    @JvmStatic
    suspend fun static(times: Int): Int {
      repeat(times) { yield() }
      return times
    }
  }

  @Test
  fun a_body_takes_one_permit_however_often_it_is_suspended() = runTest {
    assertThat(users.body(100)).isEqualTo(100)
    assertThat(inUse("body")).isEqualTo(1)
    assertThat(users.body(0)).isEqualTo(0)
    assertThat(inUse("body")).isEqualTo(2)
  }

  @Test
  fun a_body_that_waited_goes_on_like_one_that_did_not() = runTest {
    repeat(10) { users.body(1) }
    val waiting = launch { assertThat(users.body(100)).isEqualTo(100) }
    runCurrent()
    assertThat(Throttling.buckets().bucket("body").waiting()).isEqualTo(1)
    aPeriodPasses()
    waiting.join()
    assertThat(inUse("body")).isEqualTo(1)
  }

  @Test
  fun a_body_that_calls_itself_takes_a_permit_for_each_call() = runTest {
    assertThat(users.recursive(3)).isEqualTo(4)
    assertThat(inUse("recursive")).isEqualTo(4)
  }

  @Test
  fun a_private_one_is_reached_through_a_lambda() = runTest {
    assertThat(users.throughHidden(5)).isEqualTo(5)
    assertThat(inUse("private")).isEqualTo(1)
  }

  @Test
  fun one_that_only_passes_its_continuation_on_pays_as_whom_it_calls_does() = runTest {
    assertThat(users.tail(5)).isEqualTo(5)
    assertThat(inUse("tail")).isEqualTo(1)
    assertThat(inUse("body")).isEqualTo(1)
  }

  @Test
  fun one_with_a_default_argument_pays_once() = runTest {
    assertThat(users.optional()).isEqualTo(3)
    assertThat(inUse("optional")).isEqualTo(1)
  }

  @Test
  fun one_that_can_be_overridden_is_charged_where_it_is_annotated() = runTest {
    assertThat(Parent().inherited(5)).isEqualTo(5)
    assertThat(inUse("parent")).isEqualTo(1)
    assertThat(users.inherited(5)).isEqualTo(5) // calls that of its parent
    assertThat(inUse("parent")).isEqualTo(2)
  }

  @Test
  fun one_of_an_interface_pays_once() = runTest {
    assertThat(users.default(5)).isEqualTo(5)
    assertThat(inUse("default")).isEqualTo(1)
  }

  @Test
  fun arguments_of_any_kind_reach_the_body() = runTest {
    assertThat(users.generic("value", 3)).isEqualTo("value")
    assertThat(users.number(40_000_000_000, 2.0)).isEqualTo(40_000_000_002)
    assertThat(inUse("generic")).isEqualTo(1)
    assertThat(inUse("long")).isEqualTo(1)
  }

  @Test
  fun what_it_catches_and_throws_between_is_its_own() = runTest {
    assertThat(assertThrows<IllegalStateException> { users.failing() }).hasMessage("after first")
    assertThat(inUse("failing")).isEqualTo(1)
    aPeriodPasses()
    assertThat(inUse("failing")).isZero()
  }

  @Test
  fun a_type_means_its_functions_and_not_the_lambdas_in_them() = runTest {
    assertThat(Typed().withLambdas(5)).isEqualTo(5)
    assertThat(inUse("type")).isEqualTo(1)
  }

  @Test
  fun a_static_one_and_a_top_level_one_pay_once() = runTest {
    assertThat(Singleton.static(5)).isEqualTo(5)
    assertThat(inUse("object")).isEqualTo(1)
    assertThat(5.topLevel()).isEqualTo(5)
    assertThat(inUse("top")).isEqualTo(1)
  }
}

@Throttle(value = "top", limit = 10, period = "PT1S")
suspend fun Int.topLevel(): Int {
  repeat(this) { yield() }
  return this
}
