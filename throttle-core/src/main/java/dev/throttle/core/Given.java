package dev.throttle.core;

import dev.throttle.core.Configuration.Setting;
import org.jspecify.annotations.Nullable;

/**
 * A setting that was understood.
 *
 * @param value of the element's type, or null to leave out what a declaration says
 */
record Given(Source source, Setting setting, @Nullable Object value) {

  /** Where settings come from; a later one goes before an earlier one. */
  enum Source {
    FILE,
    FRAMEWORK,
    ENVIRONMENT,
    SYSTEM,
    /** What a framework says goes before all else, such as a command line. */
    OVERRIDE
  }
}
