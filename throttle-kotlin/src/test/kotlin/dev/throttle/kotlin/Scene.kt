package dev.throttle.kotlin

import dev.throttle.core.Bucket
import dev.throttle.core.Buckets
import dev.throttle.core.Throttling
import dev.throttle.test.VirtualTime
import java.time.Duration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.onCompletion
import kotlinx.coroutines.flow.onStart
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.BeforeEach

/** A server that notes who comes to it and when, and a time that moves only when told. */
abstract class Scene : Server {

  protected val time = VirtualTime()

  /** Who has come, in this order. */
  protected val calls = mutableListOf<Int>()

  /** The milliseconds at which they came. */
  protected val times = mutableListOf<Long>()

  /** How often a collection has ended. */
  protected var ended = 0

  /** What the server does once it has noted a call. */
  protected var answer: suspend (Int) -> String = { "user $it" }

  /** What the server's flow is, once it is collected. */
  protected var stream: (Int) -> Flow<Int> = { (1..it).asFlow() }

  private lateinit var before: Buckets

  @BeforeEach
  fun useOurs() {
    before = Throttling.use(Buckets.builder().timeSource(time).executor(Runnable::run).build())
  }

  @AfterEach
  fun useTheOthersAgain() {
    Throttling.use(before).close()
  }

  override suspend fun get(id: Int): String {
    note(id)
    return answer(id)
  }

  override fun numbers(upTo: Int): Flow<Int> =
    stream(upTo).onStart { note(upTo) }.onCompletion { ended++ }

  private fun note(id: Int) {
    calls += id
    times += time.elapsed().toMillis()
  }

  protected fun api(): Bucket = Throttling.buckets().bucket("api")

  protected fun aPeriodPasses() = time.advance(Duration.ofMillis(1_001))

  /** Returns what the server waits for from now on before it answers. */
  protected fun serverHoldsItsAnswers(): CompletableDeferred<String> {
    val held = CompletableDeferred<String>()
    answer = { held.await() }
    return held
  }
}
