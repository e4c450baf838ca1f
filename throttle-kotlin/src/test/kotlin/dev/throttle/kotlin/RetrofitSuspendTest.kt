package dev.throttle.kotlin

import dev.throttle.annotation.Throttle
import dev.throttle.annotation.ThrottleCost
import dev.throttle.annotation.ThrottleKey
import dev.throttle.clients.retrofit.ThrottleCallAdapterFactory
import dev.throttle.test.contract.Endpoint
import dev.throttle.test.contract.FooApiCall
import dev.throttle.test.contract.HookContract
import dev.throttle.test.contract.HookedClient
import dev.throttle.test.contract.KeyedContract
import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.future.future
import okhttp3.OkHttpClient
import okhttp3.ResponseBody
import org.junit.jupiter.api.AfterEach
import retrofit2.Retrofit
import retrofit2.http.GET
import retrofit2.http.Header
import retrofit2.http.Path

interface ParentUsers {
  @Throttle(value = "api/inherited", limit = 1, period = "PT1S")
  @GET("inherited")
  suspend fun inherited(): ResponseBody
}

interface RetrofitUsers : ParentUsers {
  @Throttle(value = "api/method", limit = 1, period = "PT1S")
  @GET("method")
  suspend fun method(): ResponseBody

  @Throttle(value = "api/method", limit = 1, period = "PT1S", maxWait = "PT0S")
  @GET("method")
  suspend fun unlessBusy(): ResponseBody

  @FooApiCall @GET("meta") suspend fun meta(): ResponseBody

  @GET("unannotated") suspend fun unannotated(): ResponseBody
}

@Throttle(value = "api/type", limit = 1, period = "PT1S")
interface TypedUsers {
  @GET("type") suspend fun type(): ResponseBody
}

interface KeyedUsers {
  @Throttle(value = "keyed/orders", limit = 3, period = "PT1S")
  @GET("orders/{page}")
  suspend fun orders(
    @Path("page") page: Int,
    @ThrottleKey @Header("X-Tenant") tenant: String,
  ): ResponseBody

  @Throttle(value = "keyed/weight", limit = 10, period = "PT1S")
  @GET("weight/{weight}")
  suspend fun weighing(@ThrottleCost @Path("weight") weight: Long): ResponseBody

  @Throttle("keyed/few")
  @GET("few/{tenant}")
  suspend fun few(@ThrottleKey @Path("tenant") tenant: String): ResponseBody
}

/** OkHttp clients and coroutines, which end with the test. */
class RetrofitCalls : AutoCloseable {

  private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Unconfined)
  private val clients = mutableListOf<OkHttpClient>()

  fun <T> start(call: suspend () -> T): CompletableFuture<T> = scope.future { call() }

  fun retrofit(baseUrl: String, timesInstalled: Int): Retrofit {
    val client =
      OkHttpClient.Builder()
        .readTimeout(Duration.ofSeconds(2))
        .retryOnConnectionFailure(false)
        .build()
    clients += client
    val builder = Retrofit.Builder().baseUrl(baseUrl).client(client)
    repeat(timesInstalled) { builder.addCallAdapterFactory(ThrottleCallAdapterFactory.create()) }
    return builder.build()
  }

  override fun close() {
    for (client in clients) {
      client.dispatcher.executorService.shutdown()
      client.connectionPool.evictAll()
    }
  }
}

/** The contract of client hooks, for suspend functions of a Retrofit interface. */
open class RetrofitSuspendTest : HookContract() {

  private val calls = RetrofitCalls()

  @AfterEach fun closeClients() = calls.close()

  protected open fun callers(users: RetrofitUsers): RetrofitUsers = users

  protected open fun callers(users: TypedUsers): TypedUsers = users

  override fun client(baseUrl: String, timesInstalled: Int): HookedClient {
    val retrofit = calls.retrofit(baseUrl, timesInstalled)
    val plain = retrofit.create(RetrofitUsers::class.java)
    val users = callers(plain)
    val typed = callers(retrofit.create(TypedUsers::class.java))
    return object : HookedClient {
      override fun send(endpoint: Endpoint) =
        calls.start {
          when (endpoint) {
            Endpoint.METHOD -> users.method()
            Endpoint.TYPE -> typed.type()
            Endpoint.INHERITED -> users.inherited()
            Endpoint.META -> users.meta()
          }
        }

      override fun sendReflectively(): CompletableFuture<*> {
        val method = RetrofitUsers::class.java.methods.single { it.name == "method" }
        return calls.start {
          suspendCoroutineUninterceptedOrReturn<Any?> { method.invoke(plain, it) }
        }
      }

      override fun sendUnlessBusy() = calls.start { users.unlessBusy() }

      override fun sendUnthrottled() = calls.start { users.unannotated() }
    }
  }

  override fun blocks() = false

  override fun cancelsRequests() = true
}

open class KeyedRetrofitSuspendTest : KeyedContract() {

  private val calls = RetrofitCalls()

  @AfterEach fun closeClients() = calls.close()

  protected open fun callers(users: KeyedUsers): KeyedUsers = users

  private fun users() =
    callers(calls.retrofit(provider.baseUrl(), 1).create(KeyedUsers::class.java))

  override fun orders(tenant: String, page: Int): CompletableFuture<*> = users().let {
    calls.start { it.orders(page, tenant) }
  }

  override fun weighing(weight: Long): CompletableFuture<*> = users().let {
    calls.start { it.weighing(weight) }
  }

  override fun few(tenant: String): CompletableFuture<*> = users().let {
    calls.start { it.few(tenant) }
  }
}
