package dev.throttle.demo;

import java.util.concurrent.CompletionStage;

/** A client of the shop. How it calls is its own affair; when it may is Throttle's. */
public interface Client {

  /** How many calls it keeps open at a time. */
  int atOnce();

  /** Makes one call. */
  CompletionStage<?> call(Errand errand);
}
