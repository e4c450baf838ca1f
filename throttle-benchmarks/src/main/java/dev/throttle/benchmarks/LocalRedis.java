package dev.throttle.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import redis.embedded.RedisServer;

/** A Redis on the loopback address, which can be killed, and started again with or without data. */
final class LocalRedis implements AutoCloseable {

  private static final String LOG = "appendonlydir";

  private final Path folder;
  private final int port = freePort();
  private final boolean writes;
  private RedisServer server;

  private LocalRedis(Path folder, boolean writes) throws IOException {
    this.folder = folder;
    this.writes = writes;
    this.server = started();
  }

  /** Starts one that writes each change to a folder before it answers. */
  static LocalRedis durable(Path folder) throws IOException {
    return new LocalRedis(folder, true);
  }

  /** Starts one that writes nothing. */
  static LocalRedis forgetful(Path folder) throws IOException {
    return new LocalRedis(folder, false);
  }

  /** Returns a port that no system gives away by itself: so it stays free while this is down. */
  private static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      } catch (IOException e) {
        // It is taken.
      }
    }
  }

  private RedisServer started() throws IOException {
    RedisServer starting =
        RedisServer.newRedisServer()
            .port(port)
            .bind("127.0.0.1")
            .setting("dir " + folder)
            .setting("save \"\"")
            .setting("appendonly " + (writes ? "yes" : "no"))
            .setting("appendfsync always")
            .onShutdownForceStop(true)
            .build();
    starting.start();
    return starting;
  }

  int port() {
    return port;
  }

  String uri() {
    return "redis://127.0.0.1:" + port;
  }

  void kill() throws IOException {
    server.stop();
  }

  void startAgain() throws IOException {
    server = started();
  }

  /** Deletes what it has written, while it is down. */
  void forget() throws IOException {
    Folders.delete(folder.resolve(LOG));
    Files.deleteIfExists(folder.resolve("dump.rdb"));
  }

  @Override
  public void close() {
    try {
      kill();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
