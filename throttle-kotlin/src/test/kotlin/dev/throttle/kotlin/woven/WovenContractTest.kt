package dev.throttle.kotlin.woven

import dev.throttle.kotlin.FlowContract
import dev.throttle.kotlin.Limited
import dev.throttle.kotlin.Server
import dev.throttle.kotlin.SameCoroutineContract
import dev.throttle.kotlin.Unlimited
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.test.runTest
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

class CallSiteSuspendTest : SameCoroutineContract() {

  override fun limited(server: Server): Limited = WovenCallSites(Unlimited(server))
}

class CallSiteFlowTest : FlowContract() {

  override fun limited(server: Server): Limited = WovenCallSites(Unlimited(server))
}

class BodySuspendTest : SameCoroutineContract() {

  override fun limited(server: Server): Limited = WovenBodies(server)
}

class BodyFlowTest : FlowContract() {

  override fun limited(server: Server): Limited = WovenBodies(server)
}

/** Call sites that pay for the body behind them. */
class CallSiteAndBodySuspendTest : SameCoroutineContract() {

  override fun limited(server: Server): Limited = WovenCallSites(WovenBodies(server))

  @Test
  fun a_call_is_charged_once() = runTest {
    limited(this@CallSiteAndBodySuspendTest).get(1)
    assertThat(api().inUse()).isEqualTo(1)
  }
}

class CallSiteAndBodyFlowTest : FlowContract() {

  override fun limited(server: Server): Limited = WovenCallSites(WovenBodies(server))

  @Test
  fun a_collection_is_charged_once() = runTest {
    limited(this@CallSiteAndBodyFlowTest).numbers(1).toList()
    assertThat(api().inUse()).isEqualTo(1)
  }
}
