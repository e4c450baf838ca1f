package dev.throttle.core;

/** What a bucket does with calls for which it has no permit now. */
public enum Mode {
  /** They wait, as long as their {@code maxWait} allows. */
  WAIT,

  /** They are refused at once. */
  REJECT,

  /**
   * They go ahead as if there were no limit; listeners are told how long they would have waited.
   * The bucket counts them, so more permits may be in use than there are.
   */
  SHADOW
}
