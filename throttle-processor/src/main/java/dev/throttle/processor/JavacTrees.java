package dev.throttle.processor;

import java.util.function.BooleanSupplier;

/**
 * Asks what only the trees of javac can tell. They are not to be had in another compiler or a
 * wrapped environment, which {@code Trees} refuses by an {@code IllegalArgumentException}; and
 * where Java has no module {@code jdk.compiler}, classes that use them cannot even be linked.
 */
final class JavacTrees {

  private JavacTrees() {}

  /** Returns the answer, or false if there are no trees. */
  static boolean ask(BooleanSupplier question) {
    try {
      return question.getAsBoolean();
    } catch (IllegalArgumentException | LinkageError e) {
      return false;
    }
  }
}
