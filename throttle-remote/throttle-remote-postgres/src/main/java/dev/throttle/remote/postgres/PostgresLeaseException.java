package dev.throttle.remote.postgres;

/**
 * PostgreSQL could not be asked, or has refused. Its message says what to do. It holds no password,
 * and for that it has no cause: messages of drivers and pools may repeat what they were told.
 */
public final class PostgresLeaseException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PostgresLeaseException(String message) {
    super(message);
  }
}
