package dev.throttle.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.throttle.annotation.GeneratedWeavingMarker;
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

  private static final String ANNOTATION = GeneratedWeavingMarker.class.descriptorString();
  private static final String ANNOTATION_OF_ANY = ANNOTATION.substring(ANNOTATION.lastIndexOf('/'));

  private WovenClass() {}

  /** Returns whether a class was woven, or is not there to be looked at. */
  static boolean isWoven(String name, Function<String, byte @Nullable []> classFiles) {
    byte[] bytes = classFiles.apply(path(name));
    return bytes == null || new String(bytes, ISO_8859_1).contains(ASPECTS);
  }

  /**
   * Returns whether a marker carries our annotation under another name: that of a Throttle which
   * the author of a jar moved to a package of his own.
   */
  static boolean isMarkerOfAnotherThrottle(byte[] classFile) {
    String constants = new String(classFile, ISO_8859_1);
    return constants.contains(ANNOTATION_OF_ANY) && !constants.contains(ANNOTATION);
  }

  static String path(String name) {
    return name.replace('.', '/') + ".class";
  }
}
