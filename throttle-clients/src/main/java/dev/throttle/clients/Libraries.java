package dev.throttle.clients;

/** Which optional libraries are there. Not for users of the hooks. */
public final class Libraries {

  private Libraries() {}

  /** Returns whether there is one, by a class of it. */
  public static boolean have(String className) {
    try {
      Class.forName(className, false, Libraries.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }
}
