package dev.throttle.clients.retrofit;

import dev.throttle.clients.Attempt;
import okhttp3.Request;

/** What the execution of a call has to pass. */
interface Toll {

  /**
   * Returns the attempt to send the call's request.
   *
   * @throws dev.throttle.core.ThrottledException if a bucket has as many keys as it may have
   */
  Attempt attempt(Request request);
}
