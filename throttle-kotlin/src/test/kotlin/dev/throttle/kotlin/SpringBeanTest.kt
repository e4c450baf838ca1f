package dev.throttle.kotlin

import dev.throttle.core.Buckets
import dev.throttle.core.Throttling
import dev.throttle.spring.ThrottleAutoConfiguration
import java.util.function.Supplier
import org.junit.jupiter.api.AfterEach
import org.springframework.context.annotation.AnnotationConfigApplicationContext

/** Beans that the advice of the Spring Boot starter throttles. */
private class Application(server: Server, buckets: Buckets) : AutoCloseable {

  private val context =
    AnnotationConfigApplicationContext().apply {
      registerBean(Buckets::class.java, Supplier { buckets })
      registerBean(Limited::class.java, Supplier { Unlimited(server) })
      register(ThrottleAutoConfiguration::class.java)
      refresh()
    }

  val limited: Limited = context.getBean(Limited::class.java)

  override fun close() = context.close()
}

class SpringSuspendTest : SuspendContract() {

  private var application: Application? = null

  override fun limited(server: Server): Limited =
    Application(server, Throttling.buckets()).also { application = it }.limited

  @AfterEach
  fun stop() {
    application?.close()
  }
}

class SpringFlowTest : FlowContract() {

  private var application: Application? = null

  override fun limited(server: Server): Limited =
    Application(server, Throttling.buckets()).also { application = it }.limited

  @AfterEach
  fun stop() {
    application?.close()
  }
}
