package dev.throttle.kotlin.woven

import dev.throttle.kotlin.KeyedRetrofitSuspendTest
import dev.throttle.kotlin.KeyedUsers
import dev.throttle.kotlin.RetrofitSuspendTest
import dev.throttle.kotlin.RetrofitUsers
import dev.throttle.kotlin.TypedUsers

// Not by delegation, for which the compiler would copy the annotations, too.

private class RetrofitCallSites(private val users: RetrofitUsers) : RetrofitUsers {
  override suspend fun inherited() = users.inherited()

  override suspend fun method() = users.method()

  override suspend fun unlessBusy() = users.unlessBusy()

  override suspend fun meta() = users.meta()

  override suspend fun unannotated() = users.unannotated()
}

private class TypedCallSites(private val users: TypedUsers) : TypedUsers {
  override suspend fun type() = users.type()
}

private class KeyedCallSites(private val users: KeyedUsers) : KeyedUsers {
  override suspend fun orders(page: Int, tenant: String) = users.orders(page, tenant)

  override suspend fun weighing(weight: Long) = users.weighing(weight)

  override suspend fun few(tenant: String) = users.few(tenant)
}

/** Call sites that pay for the request which the hook sends. */
class WovenRetrofitTest : RetrofitSuspendTest() {

  override fun callers(users: RetrofitUsers): RetrofitUsers = RetrofitCallSites(users)

  override fun callers(users: TypedUsers): TypedUsers = TypedCallSites(users)
}

class WovenKeyedRetrofitTest : KeyedRetrofitSuspendTest() {

  override fun callers(users: KeyedUsers): KeyedUsers = KeyedCallSites(users)
}
