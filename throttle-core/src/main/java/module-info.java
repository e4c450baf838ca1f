/** Limits, buckets, waiting, composition and time. */
module dev.throttle.core {
  requires transitive dev.throttle.annotation;
  requires static transitive org.jspecify;
  requires com.github.benmanes.caffeine;
  requires static jdk.jfr;
  requires org.slf4j;

  exports dev.throttle.core;
  exports dev.throttle.core.plan;

  uses dev.throttle.core.CallerContext;
  uses dev.throttle.core.NonBlockingThreads;
  uses dev.throttle.core.Sharing;
  uses dev.throttle.core.plan.ReturnType;
}
