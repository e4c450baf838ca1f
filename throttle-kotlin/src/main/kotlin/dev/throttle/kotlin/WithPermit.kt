package dev.throttle.kotlin

import dev.throttle.core.Permit
import dev.throttle.core.Throttle
import dev.throttle.core.ThrottledException

/**
 * Calls when its turn has come: the coroutine suspends until a permit is there, and the permit is
 * complete when [call] is, in whatever way. A coroutine that is cancelled while it waits does not
 * call, and costs nobody a permit.
 *
 * ```
 * val user = users.withPermit { client.user(7) }
 * ```
 *
 * @param call is handed the permit, which it may complete before
 * @throws ThrottledException if the call is refused; it was not made then
 */
public suspend fun <T> Throttle.withPermit(call: suspend (Permit) -> T): T {
  val permit = permit()
  try {
    return call(permit)
  } finally {
    permit.close()
  }
}
