package dev.throttle.core;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that is known of what belongs to a caller's thread; loaded early, since to load may block.
 */
final class Contexts {

  private static final Logger LOG = LoggerFactory.getLogger(CallerContext.class);

  static final Contexts KNOWN = new Contexts(load());

  private final List<CallerContext> known;

  private Contexts(List<CallerContext> known) {
    this.known = known;
  }

  /** Returns what the calling thread has now, or null if that is nothing. */
  CallerContext.@Nullable Captured capture() {
    CallerContext.Captured all = null;
    for (CallerContext context : known) {
      CallerContext.Captured captured = capture(context);
      CallerContext.Captured before = all;
      if (before == null || captured == null) {
        all = captured == null ? before : captured;
      } else {
        all = task -> before.run(() -> captured.run(task));
      }
    }
    return all;
  }

  private static CallerContext.@Nullable Captured capture(CallerContext context) {
    try {
      return context.capture();
    } catch (Throwable e) { // whatever it is, the call goes on without
      LOG.warn("a CallerContext threw; the call goes on without what it knows: {}", context, e);
      return null;
    }
  }

  /** Runs a task in a context, or without if it cannot be had: it runs in any case, and once. */
  static void run(CallerContext.Captured captured, Runnable task) {
    AtomicBoolean ran = new AtomicBoolean();
    Runnable once =
        () -> {
          if (ran.compareAndSet(false, true)) {
            task.run();
          }
        };
    try {
      captured.run(once);
    } catch (Throwable e) { // as in capture; the task itself throws nothing
      LOG.warn("the context of a caller cannot be had or left: {}", captured, e);
    }
    once.run();
  }

  private static List<CallerContext> load() {
    List<CallerContext> found = new ArrayList<>();
    ServiceLoader.load(CallerContext.class, CallerContext.class.getClassLoader())
        .forEach(found::add);
    return List.copyOf(found);
  }
}
