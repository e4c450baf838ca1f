package dev.throttle.kotlin.woven

import dev.throttle.annotation.Throttle
import dev.throttle.annotation.ThrottleCost
import dev.throttle.annotation.ThrottleKey
import dev.throttle.kotlin.Limited
import dev.throttle.kotlin.Server
import dev.throttle.kotlin.Tenant
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.yield

/** Annotated functions, each of which is entered again and again. */
open class WovenBodies(private val server: Server) : Limited {
  @Throttle(value = "api", limit = 2, period = "PT1S")
  override suspend fun get(id: Int): String {
    val answer = server.get(id)
    return answer + later()
  }

  @Throttle(value = "api", limit = 2, period = "PT1S", maxWait = "PT0S")
  override suspend fun getNow(id: Int): String {
    val answer = server.get(id)
    return answer + later()
  }

  @Throttle(value = "tenants", limit = 1, period = "PT1S")
  override suspend fun ofTenant(@ThrottleKey("name") tenant: Tenant, id: Int): String {
    val answer = server.get(id)
    return answer + later()
  }

  @Throttle(value = "weights", limit = 10, period = "PT1S")
  override suspend fun weighing(id: Int, @ThrottleCost weight: Int): String {
    val answer = server.get(id)
    return answer + later()
  }

  private suspend fun later(): String {
    yield()
    yield()
    return ""
  }

  @Throttle(value = "api", limit = 2, period = "PT1S")
  override fun numbers(upTo: Int): Flow<Int> = server.numbers(upTo)

  @Throttle(value = "api", limit = 2, period = "PT1S", maxWait = "PT0S")
  override fun numbersNow(upTo: Int): Flow<Int> = server.numbers(upTo)

  @Throttle(value = "tenants", limit = 1, period = "PT1S")
  override fun numbersOfTenant(@ThrottleKey tenant: String): Flow<Int> = server.numbers(1)

  @Throttle("few")
  override fun numbersOfFew(@ThrottleKey tenant: String): Flow<Int> = server.numbers(1)

  @Throttle("few")
  override suspend fun ofFew(@ThrottleKey tenant: String): String {
    val answer = server.get(1)
    return answer + later()
  }
}
