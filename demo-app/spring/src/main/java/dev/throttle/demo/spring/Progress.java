package dev.throttle.demo.spring;

import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;

/** How far the demo is. */
@Component
final class Progress {

  private final AtomicInteger done = new AtomicInteger();
  private volatile int errands;

  void begin(int count) {
    errands = count;
  }

  void step() {
    done.incrementAndGet();
  }

  /** Returns how many errands there are. */
  int errands() {
    return errands;
  }

  /** Returns how many of them are done, or given up. */
  int done() {
    return done.get();
  }
}
