package dev.throttle.test.contract;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server that a client hopes not to meet. */
final class BadServer implements AutoCloseable {

  private final ServerSocket socket;

  private BadServer(boolean reset) throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(() -> serve(reset), "bad-server");
    thread.setDaemon(true);
    thread.start();
  }

  /** Answers what is no HTTP. */
  static BadServer garbage() throws IOException {
    return new BadServer(false);
  }

  /** Resets connections when the request has begun to come. */
  static BadServer resetting() throws IOException {
    return new BadServer(true);
  }

  String baseUrl() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  private void serve(boolean reset) {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        client.getInputStream().read();
        if (reset) {
          client.setSoLinger(true, 0);
        } else {
          client
              .getOutputStream()
              .write("\0\1 rubbish\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
      } catch (IOException closed) {
        // The next one, unless the server is closed.
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
