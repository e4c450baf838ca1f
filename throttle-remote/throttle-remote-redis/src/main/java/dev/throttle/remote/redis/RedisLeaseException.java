package dev.throttle.remote.redis;

/**
 * Redis could not be asked, or has refused. Its message says what to do. It holds no password, and
 * for that it has no cause: messages of the driver and of servers may repeat what they were told.
 */
public final class RedisLeaseException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RedisLeaseException(String message) {
    super(message);
  }
}
