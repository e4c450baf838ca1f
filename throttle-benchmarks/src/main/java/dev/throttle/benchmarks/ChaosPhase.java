package dev.throttle.benchmarks;

import java.io.IOException;
import java.time.Duration;

/** A time in which something is wrong, or nothing. What is wrong begins at its begin. */
enum ChaosPhase {
  CALM("nothing is wrong"),
  KILLED("two JVMs are killed (kill -9), and two others start") {
    @Override
    void begin(ChaosRun run) throws IOException {
      run.replace(2);
    }
  },
  RESTARTED("Redis is killed, and starts again with its data") {
    @Override
    void begin(ChaosRun run) throws IOException, InterruptedException {
      run.restartRedis(false);
    }
  },
  CUT("half of the connections to Redis break, and none is let through") {
    @Override
    void begin(ChaosRun run) {
      run.halfOfRelays(relay -> relay.cut(true));
    }

    @Override
    void end(ChaosRun run) {
      run.halfOfRelays(relay -> relay.cut(false));
    }
  },
  LATE("what Redis is told, and what it says, is 150 ms late each way") {
    @Override
    void begin(ChaosRun run) {
      run.allRelays(relay -> relay.delay(Duration.ofMillis(150)));
    }

    @Override
    void end(ChaosRun run) {
      run.allRelays(relay -> relay.delay(Duration.ZERO));
    }
  },
  PARTED("half of the JVMs hear nothing of Redis, and then all of it at once") {
    @Override
    void begin(ChaosRun run) {
      run.halfOfRelays(relay -> relay.stall(true));
    }

    @Override
    void end(ChaosRun run) {
      run.halfOfRelays(relay -> relay.stall(false));
    }
  },
  LOST("Redis is killed, and starts again without its data") {
    @Override
    void begin(ChaosRun run) throws IOException, InterruptedException {
      run.restartRedis(true);
    }
  },
  ALL("Redis loses its data, two JVMs are killed, half are parted") {
    @Override
    void begin(ChaosRun run) throws IOException, InterruptedException {
      run.halfOfRelays(relay -> relay.stall(true));
      run.replace(2);
      run.restartRedis(true);
    }

    @Override
    void end(ChaosRun run) {
      run.halfOfRelays(relay -> relay.stall(false));
    }
  },
  AFTER("some time after all that") {};

  private final String label;

  ChaosPhase(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  void begin(ChaosRun run) throws IOException, InterruptedException {}

  void end(ChaosRun run) {}
}
