package dev.throttle.remote.http;

import java.time.Duration;

/**
 * The server could not be asked, or has refused. Its message says what to do. It holds no secret,
 * and for that it has no cause.
 */
public final class HttpLeaseException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final Duration retryAfter;

  HttpLeaseException(String message, int status, Duration retryAfter) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /**
   * Returns the status of the answer, such as 401 (who asks is not known), 403 (he may not), 429
   * (he asks too often) or 503 (the ledger cannot be reached); 0 if there was no answer.
   */
  public int status() {
    return status;
  }

  /** Returns after which time the server wants to be asked again; zero if it did not say. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
