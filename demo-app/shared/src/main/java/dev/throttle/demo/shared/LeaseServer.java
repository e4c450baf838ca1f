package dev.throttle.demo.shared;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server of leases, as a program of its own, with its ledger in memory and one client that may
 * lease.
 *
 * @param process of the server
 * @param uri where it is
 * @param clientId who may ask
 * @param clientSecret what proves it
 */
record LeaseServer(Process process, String uri, String clientId, String clientSecret)
    implements AutoCloseable {

  private static final Pattern NEW_SECRET =
      Pattern.compile("secret: *(?<secret>\\S+)\\s+hash: *(?<hash>\\S+)\\s*");
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /**
   * Starts it, and waits until it is ready.
   *
   * @param lease how long its leases are
   */
  static LeaseServer start(Duration lease) throws IOException, InterruptedException {
    Matcher secret = newSecret();
    int port = freePort();
    Process process =
        java(
                "--server.port=" + port,
                "--throttle.server.fresh-if-missing=true",
                "--throttle.server.lease-length=" + lease,
                "--throttle.server.clients[0].id=shop",
                "--throttle.server.clients[0].secrets[0]=" + secret.group("hash"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    LeaseServer server =
        new LeaseServer(process, "http://127.0.0.1:" + port, "shop", secret.group("secret"));
    server.awaitReady();
    return server;
  }

  /** The server never hears a secret but from clients: it is started with a hash. */
  private static Matcher newSecret() throws IOException {
    Process process = java("--new-secret").start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher secret = NEW_SECRET.matcher(said);
    if (!secret.matches()) {
      throw new IllegalStateException("the server printed no new secret, but: " + said);
    }
    return secret;
  }

  private static ProcessBuilder java(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx256m"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-jar", jar().toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  private static Path jar() {
    return Pattern.compile(Pattern.quote(File.pathSeparator))
        .splitAsStream(System.getProperty("java.class.path"))
        .map(Path::of)
        .filter(
            path -> String.valueOf(path.getFileName()).matches("throttle-remote-server.*\\.jar"))
        .findAny()
        .orElseThrow(
            () -> new IllegalStateException("the server is not packaged. Fix: mvn verify."));
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private void awaitReady() throws InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(uri + "/actuator/health/readiness")).build();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isReady(client, request)) {
      if (!process.isAlive() || System.nanoTime() - end > 0) {
        close();
        throw new IllegalStateException("the server of leases has not started.");
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static boolean isReady(HttpClient client, HttpRequest request)
      throws InterruptedException {
    try {
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false; // it does not listen yet
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
