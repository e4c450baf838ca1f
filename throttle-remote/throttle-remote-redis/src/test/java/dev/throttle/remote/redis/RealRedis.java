package dev.throttle.remote.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/** A server of a test, on a free port of loopback. It can be stopped and started again. */
final class RealRedis implements AutoCloseable {

  private final int port;
  private final RedisServerBuilder builder;
  private RedisServer server;

  private RealRedis(String... settings) {
    port = freePort();
    builder = RedisServer.newRedisServer().port(port).bind("127.0.0.1").onShutdownForceStop(true);
    for (String setting : settings) {
      builder.setting(setting);
    }
    server = started();
  }

  /**
   * Returns a port that no system gives away by itself, as it does those of port 0: while a server
   * is stopped, nobody else gets its port, nor does a client that knocks there reach itself.
   */
  static int freePort() {
    for (int tries = 0; tries < 100; tries++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      } catch (IOException e) {
        // It is taken: another one, then.
      }
    }
    throw new IllegalStateException("no port is free");
  }

  /** Starts one that keeps nothing on disk. */
  static RealRedis forgetful() {
    return new RealRedis("save \"\"");
  }

  /** Starts one that writes all to a folder before it answers. */
  static RealRedis durable(Path folder) {
    return new RealRedis("dir " + folder, "save \"\"", "appendonly yes", "appendfsync always");
  }

  /** Starts one with further settings. */
  static RealRedis with(String... settings) {
    return new RealRedis(settings);
  }

  private RedisServer started() {
    try {
      RedisServer starting = builder.build();
      starting.start();
      return starting;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void start() {
    server = started();
  }

  void stop() {
    try {
      server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  String uri() {
    return "redis://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    stop();
  }
}
