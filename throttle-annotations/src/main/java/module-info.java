/** The annotations that say how often a method may be called. */
module dev.throttle.annotation {
  exports dev.throttle.annotation;
}
