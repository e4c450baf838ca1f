package dev.throttle.core;

/** The cohorts of up to three permits in one number, so that a call need not allocate for them. */
final class Stamps {

  static final int MOST = Long.SIZE / Slots.COHORT_BITS;

  private static final int MASK = (1 << Slots.COHORT_BITS) - 1;

  private Stamps() {}

  static long of(int cohort, int i) {
    return (long) cohort << (i * Slots.COHORT_BITS);
  }

  static int cohort(long stamp, int i) {
    return (int) (stamp >>> (i * Slots.COHORT_BITS)) & MASK;
  }
}
