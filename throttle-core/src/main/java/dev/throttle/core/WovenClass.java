package dev.throttle.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells by the bytes of a class file whether it was woven, without loading it.
 *
 * <p>A woven body calls the aspects, so their package stands in the constant pool, as plain
 * letters; no compiler writes it there otherwise. The AspectJ compiler weaves a class as a whole.
 */
final class WovenClass {

  private static final String ASPECTS = "dev/throttle/aspect/";

  private WovenClass() {}

  /** Returns whether a class was woven, or is not there to be looked at. */
  static boolean isWoven(String name, Function<String, byte @Nullable []> classFiles) {
    byte[] bytes = classFiles.apply(path(name));
    return bytes == null || new String(bytes, ISO_8859_1).contains(ASPECTS);
  }

  private static String path(String name) {
    return name.replace('.', '/') + ".class";
  }
}
