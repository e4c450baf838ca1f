package dev.throttle.benchmarks;

/**
 * What the provider counted while something was wrong.
 *
 * @param phase what was wrong
 * @param calls all that came
 * @param refused those of them that it answered 429
 * @param use calls over those that the limit allows in that time
 */
record ChaosRow(ChaosPhase phase, int calls, int refused, double use) {}
