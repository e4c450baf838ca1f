package dev.throttle.spring;

/**
 * The limits of an application are wrong, in its properties or its annotations, or would not be
 * kept; the message says where, and what would be right.
 */
public final class ThrottleConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ThrottleConfigurationException(RuntimeException cause) {
    super(cause.getMessage(), cause);
  }
}
