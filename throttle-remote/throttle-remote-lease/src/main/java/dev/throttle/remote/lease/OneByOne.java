package dev.throttle.remote.lease;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after another, in the order in which they come, without a thread of its own and
 * without a lock: who comes while another's task runs leaves his to that one. So a task may call
 * anything, also back to here.
 *
 * <p>What a task has written, the next one sees: between the two lies the monitor that guards the
 * queue, and only the queue.
 */
final class OneByOne {

  private static final Logger LOG = LoggerFactory.getLogger(OneByOne.class);

  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private boolean running;

  /** Runs a task now, or after those that came before; what it throws is logged. */
  void run(Runnable task) {
    if (!begins(task)) {
      return;
    }
    for (Runnable next = next(); next != null; next = next()) {
      try {
        next.run();
      } catch (RuntimeException | Error e) {
        LOG.error("Shared limits: what should be done has failed, and is left out.", e);
      }
    }
  }

  private synchronized boolean begins(Runnable task) {
    tasks.add(task);
    boolean begins = !running;
    running = true;
    return begins;
  }

  private synchronized @Nullable Runnable next() {
    Runnable next = tasks.poll();
    running = next != null;
    return next;
  }
}
