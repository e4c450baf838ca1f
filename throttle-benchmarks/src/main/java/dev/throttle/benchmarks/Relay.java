package dev.throttle.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * A piece of bad network: passes on what comes to a port of loopback, late, or not at all. A thread
 * for each direction of each connection.
 */
final class Relay implements AutoCloseable {

  private static final int CHUNK = 8_192;

  private final int target;
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final LongAdder requests = new LongAdder();
  private volatile long delayMillis;
  private volatile boolean cut;
  private volatile boolean stalled;

  /** Passes on to a port of loopback. */
  Relay(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /**
   * Returns how many pieces went to the target: as many as requests, where each awaits its answer.
   */
  long requests() {
    return requests.sum();
  }

  /** Makes each piece of what passes wait for so long, in each direction. */
  void delay(Duration delay) {
    delayMillis = delay.toMillis();
  }

  /** Breaks all connections and lets no new one through, or does so again. */
  void cut(boolean cut) {
    this.cut = cut;
    if (cut) {
      open.forEach(Relay::close);
    }
  }

  /**
   * Keeps all connections and passes nothing on, as a network does that parts, or does so again:
   * what was held back then arrives late.
   */
  void stall(boolean stalled) {
    this.stalled = stalled;
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "relay");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        if (cut || !connect(client)) {
          close(client);
        }
      } catch (IOException e) {
        // This is closed.
      }
    }
  }

  /** Returns whether the target is there. */
  private boolean connect(Socket client) {
    try {
      Socket behind = new Socket(InetAddress.getLoopbackAddress(), target);
      behind.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
      open.add(client);
      open.add(behind);
      start(() -> pass(client, behind, requests));
      start(() -> pass(behind, client, new LongAdder()));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void pass(Socket from, Socket to, LongAdder pieces) {
    byte[] chunk = new byte[CHUNK];
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        Thread.sleep(delayMillis);
        while (stalled) {
          Thread.sleep(1);
        }
        pieces.increment();
        out.write(chunk, 0, read);
      }
    } catch (IOException e) {
      // One of the two has gone, and the other goes with it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone in any case.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      // It is gone in any case.
    }
    cut(true);
  }
}
