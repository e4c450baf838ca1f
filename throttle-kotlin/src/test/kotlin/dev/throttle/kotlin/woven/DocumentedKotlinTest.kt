package dev.throttle.kotlin.woven

import dev.throttle.annotation.Throttle
import dev.throttle.annotation.ThrottleKey
import dev.throttle.core.Limit
import dev.throttle.core.Throttling
import dev.throttle.kotlin.Scene
import dev.throttle.kotlin.withPermit
import dev.throttle.test.RateLimitedProvider
import java.time.Duration
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.retry
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeoutOrNull
import okhttp3.ResponseBody
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import retrofit2.Retrofit
import retrofit2.http.GET
import retrofit2.http.Path

@Throttle(value = "api.foo.com", limit = 600, period = "PT1M")
interface FooApi {
  @GET("users/{id}")
  suspend fun user(@Path("id") id: Int): ResponseBody
}

suspend fun users(api: FooApi, ids: List<Int>): List<String> = coroutineScope {
  ids.map { id -> async { api.user(id).string() } }.awaitAll()
}

/** The examples of docs/kotlin.md; `DocumentationTest` of throttle-test compares them. */
class DocumentedKotlinTest : Scene() {

  private val client = Client()

  inner class Client {
    suspend fun orders(tenant: String, page: Int) = get(tenant.length + page)

    suspend fun price(share: String) = get(share.length).length.toDouble()
  }

  class Shop(private val client: Client) {
    @Throttle(value = "api.foo.com/orders", limit = 40, period = "PT1M")
    suspend fun orders(@ThrottleKey tenant: String, page: Int): String = client.orders(tenant, page)

    @Throttle(value = "api.foo.com/prices", limit = 10, period = "PT1S")
    fun prices(share: String): Flow<Double> = flow {
      emit(client.price(share))
    }
  }

  @Test
  fun retrofit() {
    RateLimitedProvider.builder().start().use { provider ->
      val api =
        Retrofit.Builder().baseUrl(provider.baseUrl()).build().create(FooApi::class.java)
      val users = runBlocking { users(api, listOf(1, 2, 3)) }
      assertThat(users).hasSize(3)
      assertThat(provider.count()).isEqualTo(3)
      assertThat(Throttling.buckets().bucket("api.foo.com").inUse()).isEqualTo(3)
    }
  }

  @Test
  fun own_functions() = runTest {
    val shop = Shop(client)
    assertThat(shop.orders("tenant", 1)).isEqualTo("user 7")
    assertThat(Throttling.buckets().keyed("api.foo.com/orders").bucket("tenant").inUse())
      .isEqualTo(1)
    val prices = shop.prices("FOO").retry(2)
    assertThat(prices.toList()).containsExactly(6.0)
    assertThat(Throttling.buckets().bucket("api.foo.com/prices").inUse()).isEqualTo(1)
  }

  @Test
  fun a_deadline() = runTest {
    val shop = Shop(client)
    repeat(40) { shop.orders("a", it) }
    val orders = withTimeoutOrNull(500) { shop.orders("a", 1) } // null
    assertThat(orders).isNull()
    assertThat(calls).hasSize(40)
  }

  @Test
  fun without_annotations() = runTest {
    val buckets = Throttling.buckets()
    buckets.define("api.foo.com", Limit.of(600, Duration.ofMinutes(1)))
    val throttle = buckets.throttle("api.foo.com")
    val price = throttle.withPermit { client.price("FOO") }
    assertThat(price).isEqualTo(6.0)
    assertThat(buckets.bucket("api.foo.com").inUse()).isEqualTo(1)
  }
}
