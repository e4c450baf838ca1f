package dev.throttle.remote.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** Speaks TLS on a port of loopback, and passes on to a Redis that does not. */
final class TlsFront implements AutoCloseable {

  static final char[] PASSWORD = "changeit".toCharArray();

  private final SSLServerSocket listening;
  private final int redis;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  TlsFront(RealRedis redis, Path keyStore) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keyStore)) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    this.redis = redis.port();
    listening =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    inBackground(this::accept);
  }

  /** Makes a certificate for a host, as {@code keytool} has it: {@code ip:127.0.0.1}. */
  static Path keyStore(Path file, String host) throws IOException, InterruptedException {
    String options =
        "-genkeypair -alias redis -keyalg EC -dname CN=redis -validity 30 -storetype PKCS12";
    ProcessBuilder keytool =
        new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    keytool.command().addAll(List.of(options.split(" ")));
    keytool.command().addAll(List.of("-ext", "SAN=" + host, "-keystore", file.toString()));
    keytool.command().addAll(List.of("-storepass", new String(PASSWORD)));
    if (keytool.inheritIO().start().waitFor() != 0) {
      throw new IllegalStateException("keytool failed");
    }
    return file;
  }

  int port() {
    return listening.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), redis);
        open.add(client);
        open.add(server);
        inBackground(() -> pass(client, server));
        inBackground(() -> pass(server, client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  /** Passes on until one side has enough, or there is no handshake. */
  private static void pass(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // The client notices.
    }
  }

  private static void inBackground(Runnable task) {
    Thread thread = new Thread(task, "tls-front");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (Socket each : open) {
        each.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
