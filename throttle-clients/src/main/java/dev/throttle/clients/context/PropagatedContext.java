package dev.throttle.clients.context;

import dev.throttle.clients.Libraries;
import dev.throttle.core.CallerContext;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import org.jspecify.annotations.Nullable;

/**
 * What Micrometer's context propagation knows of a thread: traces, the logging context, the
 * security context, whatever has a {@code ThreadLocalAccessor}. Found by the service loader.
 */
public final class PropagatedContext implements CallerContext {

  private static final boolean PRESENT =
      Libraries.have("io.micrometer.context.ContextSnapshotFactory");

  /** Makes one; for the service loader. */
  public PropagatedContext() {}

  @Override
  public @Nullable Captured capture() {
    return PRESENT ? Propagation.capture() : null;
  }

  /** Loaded only where the library is. */
  private static final class Propagation {

    /** Clears what the thread that makes the call has of its own. */
    private static final ContextSnapshotFactory SNAPSHOTS =
        ContextSnapshotFactory.builder().clearMissing(true).build();

    static @Nullable Captured capture() {
      if (ContextRegistry.getInstance().getThreadLocalAccessors().isEmpty()) {
        return null;
      }
      ContextSnapshot snapshot = SNAPSHOTS.captureAll();
      return task -> snapshot.wrap(task).run();
    }
  }
}
