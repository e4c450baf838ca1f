package dev.throttle.benchmarks;

/** The machine and the JVM that numbers were measured on; they belong beside the numbers. */
record Conditions(String jvm, String os, int processors) {

  static Conditions here() {
    return new Conditions(
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors());
  }

  @Override
  public String toString() {
    return jvm + ", " + os + ", " + processors + " processors";
  }
}
