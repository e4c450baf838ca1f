package dev.throttle.test;

import dev.throttle.core.Throttling;
import dev.throttle.core.Unwoven;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Fails a test run at its start if annotated classes were not woven, since no limit is kept then.
 *
 * <p>The JUnit Platform finds it by itself where {@code throttle-test} is on the class path. {@code
 * throttle.weaving=warn} or {@code silent} makes less of it. It leaves an application with {@code
 * throttle-spring-boot-starter} alone, where beans need no weaving: the starter looks by itself.
 */
public final class WeavingCheck implements LauncherSessionListener {

  private static final String STARTER = "dev.throttle.spring.ThrottleAutoConfiguration";

  /** For the service loader. */
  public WeavingCheck() {}

  /**
   * Checks all classes on the class path.
   *
   * @throws IllegalStateException as {@link Throttling#checkWoven(Unwoven)}
   */
  @Override
  public void launcherSessionOpened(LauncherSession session) {
    if (!hasStarter()) {
      Throttling.checkWoven(Unwoven.FAIL);
    }
  }

  private static boolean hasStarter() {
    String classFile = STARTER.replace('.', '/') + ".class";
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return (context == null ? ClassLoader.getSystemClassLoader() : context).getResource(classFile)
        != null;
  }
}
