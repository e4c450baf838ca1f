package dev.throttle.core;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of what belongs to a caller's thread; loaded early, since to load may block.
 */
final class Contexts {

  static final Contexts KNOWN = new Contexts(load());

  private final List<CallerContext> known;

  private Contexts(List<CallerContext> known) {
    this.known = known;
  }

  /** Returns what the calling thread has now, or null if that is nothing. */
  CallerContext.@Nullable Captured capture() {
    CallerContext.Captured all = null;
    for (CallerContext context : known) {
      CallerContext.Captured captured = context.capture();
      CallerContext.Captured before = all;
      if (before == null || captured == null) {
        all = captured == null ? before : captured;
      } else {
        all = task -> before.run(() -> captured.run(task));
      }
    }
    return all;
  }

  private static List<CallerContext> load() {
    List<CallerContext> found = new ArrayList<>();
    ServiceLoader.load(CallerContext.class, CallerContext.class.getClassLoader())
        .forEach(found::add);
    return List.copyOf(found);
  }
}
