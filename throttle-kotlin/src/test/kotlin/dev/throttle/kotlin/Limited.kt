package dev.throttle.kotlin

import dev.throttle.annotation.Throttle
import dev.throttle.annotation.ThrottleCost
import dev.throttle.annotation.ThrottleKey
import dev.throttle.core.plan.CallWithArguments
import dev.throttle.core.plan.MethodPlan
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method
import java.lang.reflect.Proxy
import kotlinx.coroutines.flow.Flow

data class Tenant(val name: String)

/** What tests call. */
interface Limited {
  @Throttle(value = "api", limit = 2, period = "PT1S") suspend fun get(id: Int): String

  @Throttle(value = "api", limit = 2, period = "PT1S", maxWait = "PT0S")
  suspend fun getNow(id: Int): String

  @Throttle(value = "tenants", limit = 1, period = "PT1S")
  suspend fun ofTenant(@ThrottleKey("name") tenant: Tenant, id: Int): String

  @Throttle(value = "weights", limit = 10, period = "PT1S")
  suspend fun weighing(id: Int, @ThrottleCost weight: Int): String

  @Throttle(value = "api", limit = 2, period = "PT1S") fun numbers(upTo: Int): Flow<Int>

  @Throttle(value = "api", limit = 2, period = "PT1S", maxWait = "PT0S")
  fun numbersNow(upTo: Int): Flow<Int>

  @Throttle(value = "tenants", limit = 1, period = "PT1S")
  fun numbersOfTenant(@ThrottleKey tenant: String): Flow<Int>

  @Throttle("few") fun numbersOfFew(@ThrottleKey tenant: String): Flow<Int>

  @Throttle("few") suspend fun ofFew(@ThrottleKey tenant: String): String
}

/** Whom they reach, if they may. */
interface Server {
  suspend fun get(id: Int): String

  fun numbers(upTo: Int): Flow<Int>
}

/** Calls the server, without taking any permit. */
class Unlimited(private val server: Server) : Limited {
  override suspend fun get(id: Int) = server.get(id)

  override suspend fun getNow(id: Int) = server.get(id)

  override suspend fun ofTenant(tenant: Tenant, id: Int) = server.get(id)

  override suspend fun weighing(id: Int, weight: Int) = server.get(id)

  override fun numbers(upTo: Int) = server.numbers(upTo)

  override fun numbersNow(upTo: Int) = server.numbers(upTo)

  override fun numbersOfTenant(tenant: String) = server.numbers(1)

  override fun numbersOfFew(tenant: String) = server.numbers(1)

  override suspend fun ofFew(tenant: String) = server.get(1)
}

/** Returns a proxy, such as frameworks make, whose calls are made by way of their plans. */
inline fun <reified T : Any> proxy(target: T): T =
  Proxy.newProxyInstance(T::class.java.classLoader, arrayOf(T::class.java)) { _, method, given ->
    invokeCallSite(T::class.java, target, method, given ?: emptyArray())
  } as T

inline fun <reified T : Any> plan(name: String): MethodPlan =
  MethodPlan.of(T::class.java, T::class.java.methods.single { it.name == name })!!

fun invokeCallSite(type: Class<*>, target: Any, method: Method, arguments: Array<Any?>): Any? {
  val call = CallWithArguments {
    try {
      method.invoke(target, *it)
    } catch (e: InvocationTargetException) {
      throw e.targetException
    }
  }
  val plan = MethodPlan.of(type, method) ?: return call.make(arguments)
  return plan.invokeCallSite(arguments, call)
}
