package dev.throttle.benchmarks;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.Collectors;

/** The machine and the JVM that numbers were measured on; they belong beside the numbers. */
record Conditions(String jvm, String collectors, long heapMegabytes, String os, int processors) {

  static Conditions here() {
    return new Conditions(
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .map(GarbageCollectorMXBean::getName)
            .collect(Collectors.joining(", ")),
        Runtime.getRuntime().maxMemory() >> 20,
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors());
  }

  @Override
  public String toString() {
    return jvm
        + " ("
        + collectors
        + "; heap up to "
        + heapMegabytes
        + " MiB), "
        + os
        + ", "
        + processors
        + " processors";
  }
}
