package dev.throttle.remote.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Many instances that share one limit by a real Redis, in real time: in no interval of one period
 * does the provider count more than the limit.
 */
class ManyInstancesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ProviderModel provider = new ProviderModel();
  private final List<AutoCloseable> opened = new ArrayList<>();

  private static RedisLeaseStore store(String uri) {
    return RedisLeaseStore.at(uri).length(Caller.LEASE).build();
  }

  private void startCallers(RealRedis redis, int count) {
    for (int i = 0; i < count; i++) {
      RedisLeaseStore store = store(redis.uri());
      opened.add(store);
      opened.add(0, new Caller(store, provider::count));
    }
  }

  private void callsGoOn(int more) {
    int before = provider.counted();
    await().atMost(PATIENCE).until(() -> provider.counted() >= before + more);
  }

  private void closeAll() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  private void assertWithinTheLimit() {
    assertThat(provider.mostWithin(Caller.LIMIT.period()))
        .isLessThanOrEqualTo(Caller.LIMIT.permits());
  }

  @Test
  void in_one_JVM() throws Exception {
    try (RealRedis redis = RealRedis.forgetful()) {
      startCallers(redis, 4);
      callsGoOn(60);
      redis.stop();
      redis.start();
      callsGoOn(100);
      closeAll();
    }
    assertWithinTheLimit();
  }

  @Test
  void in_JVMs_of_which_one_is_killed() throws Exception {
    try (RealRedis redis = RealRedis.forgetful()) {
      List<Process> jvms = new ArrayList<>();
      try {
        for (int i = 0; i < 4; i++) {
          jvms.add(startJvm(redis.uri()));
        }
        callsGoOn(60);
        jvms.get(0).destroyForcibly().waitFor();
        callsGoOn(100);
      } finally {
        jvms.forEach(Process::destroyForcibly);
      }
      for (Process jvm : jvms) {
        jvm.waitFor();
      }
    }
    assertWithinTheLimit();
  }

  private Process startJvm(String uri) throws IOException {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ChildJvm.class.getName(),
                uri)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Thread reader = new Thread(() -> read(jvm), "what a child JVM says");
    reader.setDaemon(true);
    reader.start();
    return jvm;
  }

  private void read(Process jvm) {
    try (BufferedReader lines = jvm.inputReader(StandardCharsets.UTF_8)) {
      String line;
      while ((line = lines.readLine()) != null) {
        provider.count(Long.parseLong(line));
      }
    } catch (IOException | NumberFormatException e) {
      // It was killed in the midst of a line.
    }
  }

  /** Prints when it calls. The clock is one for all JVMs of a machine. */
  static final class ChildJvm {

    private ChildJvm() {}

    public static void main(String[] args) throws InterruptedException {
      RedisLeaseStore store = store(args[0]);
      Caller caller = new Caller(store, tick -> System.out.println(tick));
      Thread.currentThread().join();
      caller.close();
    }
  }
}
