package dev.throttle.clients.reactive;

/** Which optional libraries are there. */
final class Libraries {

  private Libraries() {}

  /** Returns whether there is one, by a class of it. */
  static boolean have(String className) {
    try {
      Class.forName(className, false, Libraries.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }
}
