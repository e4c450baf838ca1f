package dev.throttle.clients.signal;

import dev.throttle.core.Signal.Quota;
import org.jspecify.annotations.Nullable;

/**
 * Three fields with one number each, the shape of most families.
 *
 * @param limit name of the field with the permits of the limit
 * @param remaining name of the field with what is left; without it the others say nothing
 * @param reset name of the field with the time when more is left
 */
record LimitFields(String limit, String remaining, String reset) {

  /** Returns what is left, or null if an answer does not say. */
  @Nullable Quota read(Answer answer) throws MalformedFieldException {
    String left = answer.value(remaining);
    if (left == null) {
      return null;
    }
    Quota quota = Quota.left(Numbers.count(left));
    String permits = answer.value(limit);
    if (permits != null) {
      quota = of(quota, Numbers.count(permits));
    }
    String resetIn = answer.value(reset);
    return resetIn == null ? quota : quota.resetIn(Reset.in(resetIn, answer));
  }

  /** Returns a quota of a limit with so many permits; none is said by providers who close. */
  static Quota of(Quota quota, long permits) {
    return permits == 0 ? quota : quota.of(permits);
  }
}
