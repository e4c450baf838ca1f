package dev.throttle.annotation;

/**
 * Who goes first where several calls wait. Within one priority it is first come first served; one
 * in some calls goes to a lower priority that waits, so that none starves.
 */
public enum Priority {
  /** What may wait: batch jobs, prefetching. */
  LOW,

  /** All that names no other. */
  NORMAL,

  /** What a person waits for; only this priority may use what a bucket has in reserve. */
  HIGH
}
