package dev.throttle.clients.apache;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server, or a proxy, of one connection that says word by word what a test tells it to. */
final class CannedServer implements AutoCloseable {

  private final ServerSocket socket;
  private final List<String> methods = new CopyOnWriteArrayList<>();
  private volatile Socket client = new Socket();

  private CannedServer() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::listen, "canned-server");
    thread.setDaemon(true);
    thread.start();
  }

  static CannedServer start() throws IOException {
    return new CannedServer();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  /** Returns the methods of the requests until now, none of which has a body. */
  List<String> methods() {
    return methods;
  }

  /** Sends this much of an answer. */
  void answers(String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void listen() {
    try {
      client = socket.accept();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
      boolean begins = true;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (begins) {
          methods.add(line.substring(0, line.indexOf(' ')));
        }
        begins = line.isEmpty();
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    client.close();
  }
}
