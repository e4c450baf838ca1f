package dev.throttle.core;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fair turns between the keys whose calls wait at a gate with one priority. Guarded by the waiting
 * room's lock.
 *
 * <p>Start-time fair queueing (P. Goyal, H. Vin, H. Cheng, 1996). A call's turn is the virtual time
 * at which it begins to be served: that of its arrival, or where the call before it with the same
 * key ends, whichever is later. A call lasts its cost. So a key with a thousand calls has them one
 * after another, and the first call of another key goes before all but one of them. Calls without a
 * key share one.
 *
 * <p>Virtual time is the turn of the last call granted, or where it would be if all that wait were
 * served at once and equally: otherwise it would stand still while ever new keys come, and a key's
 * second call starve behind the first ones of others.
 *
 * <p>Keys whose last call has ended in virtual time are as good as new, and are dropped now and
 * then.
 */
final class Turns {

  private static final Object NO_KEY = new Object();
  private static final int FEW = 64;

  /** One permit in virtual time, which has fractions. */
  private static final long PERMIT = 1L << 20;

  /** Where the last call of a key ends. */
  private final Map<Object, Long> ends = new HashMap<>();

  private long virtualTime;
  private int most = FEW;

  /** Returns the turn of a call that comes now. */
  long of(@Nullable Object key) {
    return upToDate(key, virtualTime);
  }

  /** Returns the turn of a call that waits; another of its key may have had one meanwhile. */
  long upToDate(@Nullable Object key, long turn) {
    Long end = ends.get(flow(key));
    return end == null ? turn : Math.max(turn, end);
  }

  /**
   * Notes that a call was granted.
   *
   * @param lines how many wait, one for each key or a few
   */
  void granted(@Nullable Object key, long turn, int cost, int lines) {
    long length = cost * PERMIT;
    virtualTime = Math.max(virtualTime + length / (lines + 1), turn);
    ends.put(flow(key), turn + length);
    if (ends.size() > most) {
      ends.values().removeIf(end -> end <= virtualTime);
      most = Math.max(FEW, 2 * ends.size());
    }
  }

  int size() {
    return ends.size();
  }

  private static Object flow(@Nullable Object key) {
    return key == null ? NO_KEY : key;
  }
}
