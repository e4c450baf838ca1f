package dev.throttle.kotlin

import dev.throttle.core.Limit
import dev.throttle.core.Throttle
import dev.throttle.core.ThrottledException
import dev.throttle.core.Throttling
import java.time.Duration
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows

@OptIn(ExperimentalCoroutinesApi::class)
class WithPermitTest : Scene() {

  private lateinit var throttle: Throttle

  @BeforeEach
  fun define() {
    Throttling.buckets().define("api", Limit.of(2, Duration.ofSeconds(1)))
    throttle = Throttling.buckets().throttle("api")
  }

  @Test
  fun it_calls_when_its_turn_has_come() = runTest {
    val answers = (1..3).map { async { throttle.withPermit { _ -> get(it) } } }
    runCurrent()
    assertThat(calls).containsExactly(1, 2)
    aPeriodPasses()
    assertThat(answers.map { it.await() }).containsExactly("user 1", "user 2", "user 3")
    assertThat(times).containsExactly(0, 0, 1_001)
  }

  @Test
  fun the_permit_is_complete_when_the_call_is_or_says_so() = runTest {
    throttle.withPermit {
      yield()
      aPeriodPasses()
      assertThat(api().inUse()).isEqualTo(1)
      it.complete()
      aPeriodPasses()
      assertThat(api().inUse()).isZero()
    }
    assertThrows<IllegalStateException> { throttle.withPermit { error("failed") } }
    assertThat(api().inUse()).isEqualTo(1)
    aPeriodPasses()
    assertThat(api().inUse()).isZero()
  }

  @Test
  fun one_that_is_cancelled_does_not_call_and_one_that_is_refused_neither() = runTest {
    repeat(2) { throttle.withPermit { get(-1) } }
    val waiting = launch { throttle.withPermit { get(1) } }
    runCurrent()
    waiting.cancel()
    val impatient = throttle.withMaxWait(Duration.ZERO)
    assertThrows<ThrottledException> { impatient.withPermit { get(2) } }
    assertThat(api().waiting()).isZero()
    aPeriodPasses()
    runCurrent()
    assertThat(calls).containsExactly(-1, -1)
  }
}
