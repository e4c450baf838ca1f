package dev.throttle.core;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** All that is known of threads that must not block; loaded early, since to load may block. */
final class Loops {

  static final Loops KNOWN = new Loops(load());

  private final List<NonBlockingThreads> known;

  private Loops(List<NonBlockingThreads> known) {
    this.known = known;
  }

  boolean includeCurrent() {
    for (NonBlockingThreads threads : known) {
      if (threads.includeCurrent()) {
        return true;
      }
    }
    return false;
  }

  private static List<NonBlockingThreads> load() {
    List<NonBlockingThreads> found = new ArrayList<>();
    ServiceLoader.load(NonBlockingThreads.class, NonBlockingThreads.class.getClassLoader())
        .forEach(found::add);
    return List.copyOf(found);
  }
}
