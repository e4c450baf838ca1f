package dev.throttle.test;

/**
 * When the windows of a fixed window begin and end, on a wall clock that may go back.
 *
 * <p>A window ends where the next one begins.
 */
interface Windows {

  /** Returns the begin of the window that this moment is in. */
  long beginOf(long epochNanos);

  /** Returns the end of the window that this moment is in. */
  long endOf(long epochNanos);
}
