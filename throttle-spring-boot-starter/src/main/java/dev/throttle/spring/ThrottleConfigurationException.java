package dev.throttle.spring;

/**
 * The limits of an application are wrong, in its properties or its annotations; the message says
 * where, and what would be right.
 */
public final class ThrottleConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ThrottleConfigurationException(IllegalArgumentException cause) {
    super(cause.getMessage(), cause);
  }
}
