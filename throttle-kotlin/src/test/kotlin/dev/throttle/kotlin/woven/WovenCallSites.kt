package dev.throttle.kotlin.woven

import dev.throttle.kotlin.Limited
import dev.throttle.kotlin.Tenant

/** Calls an annotated interface, from woven code. */
class WovenCallSites(private val limited: Limited) : Limited {
  override suspend fun get(id: Int) = limited.get(id)

  override suspend fun getNow(id: Int) = limited.getNow(id)

  override suspend fun ofTenant(tenant: Tenant, id: Int) = limited.ofTenant(tenant, id)

  override suspend fun weighing(id: Int, weight: Int) = limited.weighing(id, weight)

  override fun numbers(upTo: Int) = limited.numbers(upTo)

  override fun numbersNow(upTo: Int) = limited.numbersNow(upTo)

  override fun numbersOfTenant(tenant: String) = limited.numbersOfTenant(tenant)

  override fun numbersOfFew(tenant: String) = limited.numbersOfFew(tenant)

  override suspend fun ofFew(tenant: String) = limited.ofFew(tenant)
}
