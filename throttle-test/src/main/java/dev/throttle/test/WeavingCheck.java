package dev.throttle.test;

import dev.throttle.core.Throttling;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Fails a test run at its start if annotated classes were not woven, since no limit is kept then.
 *
 * <p>The JUnit Platform finds it by itself where {@code throttle-test} is on the class path. It is
 * left out by {@code -Dthrottle.requireWoven=false}.
 */
public final class WeavingCheck implements LauncherSessionListener {

  /** For the service loader. */
  public WeavingCheck() {}

  /**
   * Checks all classes on the class path.
   *
   * @throws IllegalStateException as {@link Throttling#requireWoven}
   */
  @Override
  public void launcherSessionOpened(LauncherSession session) {
    if (!"false".equals(System.getProperty("throttle.requireWoven"))) {
      Throttling.requireWoven();
    }
  }
}
