package dev.throttle.remote.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.throttle.remote.http.HttpLeaseException;
import dev.throttle.remote.http.HttpLeaseStore;
import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.SharedLimit;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.embedded.RedisServer;

/** The server as it is in production: by TLS, and its ledgers in Redis. */
class TlsAndRedisTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  /** Makes a certificate for loopback, as docs/server.md says it. */
  private static Path keyStore(Path folder) throws Exception {
    Path file = folder.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=throttle",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-validity",
                "30",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    return file;
  }

  private static SSLContext trusting(Path keyStore) throws Exception {
    KeyStore own = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keyStore)) {
      own.load(in, PASSWORD);
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", own.getCertificate("server"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static RedisServer redis(int port) throws IOException {
    return RedisServer.newRedisServer()
        .port(port)
        .bind("127.0.0.1")
        .setting("save \"\"")
        .onShutdownForceStop(true)
        .build();
  }

  /** Not one of those that the system gives away. */
  private static int freePort() {
    for (int tries = 0; tries < 100; tries++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      } catch (IOException e) {
        // it is taken
      }
    }
    throw new IllegalStateException("no port is free");
  }

  private static LeaseRequest wish(long number, int held) {
    return new LeaseRequest(
        "one",
        number,
        "",
        List.of(
            new LeaseRequest.Account(
                "api",
                new SharedLimit(10, Duration.ofMinutes(1)),
                0,
                Duration.ofSeconds(30),
                held,
                new LeaseRequest.Use(0, 0, 7, 1),
                Duration.ZERO)),
        false,
        false);
  }

  private static LeaseAnswer renew(HttpLeaseStore store, LeaseRequest request) {
    return store.renew(request).toCompletableFuture().join();
  }

  private static int readiness(HttpClient http, URI uri) throws Exception {
    return http.send(
            HttpRequest.newBuilder(uri.resolve("/actuator/health/readiness")).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void leases_are_lent_by_tls_from_redis_and_that_it_is_gone_is_told(@TempDir Path folder)
      throws Exception {
    Path keyStore = keyStore(folder);
    RedisServer redis = redis(freePort());
    redis.start();
    try (RunningServer server =
        RunningServer.startAsItIs(
            "throttle.server.store=redis://127.0.0.1:" + redis.ports().get(0),
            "throttle.server.fresh-if-missing=true",
            "throttle.server.store-timeout=10s",
            "server.ssl.bundle=server",
            "spring.ssl.bundle.jks.server.keystore.location=" + keyStore,
            "spring.ssl.bundle.jks.server.keystore.password=" + new String(PASSWORD))) {
      URI uri = URI.create("https://127.0.0.1:" + server.port());
      SSLContext trusting = trusting(keyStore);
      HttpLeaseStore.Builder at =
          HttpLeaseStore.at(uri)
              .client("orders", RunningServer.SECRET + "orders")
              .timeout(Duration.ofSeconds(30));
      try (HttpLeaseStore untrusting = at.build();
          HttpLeaseStore store = at.sslContext(trusting).build();
          HttpLeaseStore other =
              HttpLeaseStore.at(uri)
                  .client("stranger", RunningServer.SECRET + "stranger")
                  .sslContext(trusting)
                  .timeout(Duration.ofSeconds(30))
                  .build()) {
        assertThatThrownBy(() -> renew(untrusting, wish(1, 0)))
            .hasCauseInstanceOf(HttpLeaseException.class)
            .hasMessageContaining("certificate is trusted");
        assertThat(renew(store, wish(1, 0)).leases().get(0).slots()).isEqualTo(7);
        assertThat(renew(other, wish(1, 0)).leases().get(0).slots()).isEqualTo(7);

        HttpClient http = HttpClient.newBuilder().sslContext(trusting).build();
        assertThat(readiness(http, uri)).isEqualTo(200);
        redis.stop();
        await().atMost(Duration.ofMinutes(1)).until(() -> readiness(http, uri) == 503);
        assertThatThrownBy(() -> renew(store, wish(2, 7)))
            .hasCauseInstanceOf(HttpLeaseException.class)
            .hasMessageContaining("(503)")
            .hasMessageNotContaining("redis");
      }
    } finally {
      redis.stop();
    }
  }
}
