package dev.throttle.remote.redis;

import static dev.throttle.remote.redis.Accounts.account;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LeaseStore;
import dev.throttle.remote.lease.SharedLimit;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redis by TLS: whose certificate is not known, or is of another host, gets no request. */
class TlsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private RealRedis redis;
  private RedisClient client;

  @BeforeEach
  void start() {
    redis = RealRedis.forgetful();
    client = RedisClient.create();
  }

  @AfterEach
  void stop() {
    client.shutdown(0, 1, TimeUnit.SECONDS);
    redis.close();
  }

  private TlsFront front(String host) throws Exception {
    return new TlsFront(redis, TlsFront.keyStore(folder.resolve("redis.p12"), host));
  }

  private LeaseStore trusting(String uri) {
    client.setOptions(
        ClientOptions.builder()
            .sslOptions(
                SslOptions.builder()
                    .jdkSslProvider()
                    .truststore(folder.resolve("redis.p12").toFile(), new String(TlsFront.PASSWORD))
                    .build())
            .build());
    return RedisLeaseStore.with(client, RedisURI.create(uri))
        .timeout(PATIENCE)
        .freshIfMissing()
        .build();
  }

  private static int slots(LeaseStore store) {
    SharedLimit ten = new SharedLimit(10, Duration.ofSeconds(60));
    LeaseRequest request =
        new LeaseRequest("one", 1, "", List.of(account("api", ten, 0, 3)), false, false);
    return store
        .renew(request)
        .toCompletableFuture()
        .orTimeout(30, TimeUnit.SECONDS)
        .join()
        .leases()
        .get(0)
        .slots();
  }

  @Test
  void whose_certificate_is_trusted_is_asked() throws Exception {
    try (TlsFront front = front("ip:127.0.0.1");
        LeaseStore store = trusting("rediss://127.0.0.1:" + front.port())) {
      assertThat(slots(store)).isEqualTo(3);
    }
  }

  @Test
  void a_certificate_of_another_host_is_refused() throws Exception {
    try (TlsFront front = front("dns:elsewhere");
        LeaseStore store = trusting("rediss://127.0.0.1:" + front.port())) {
      assertThatThrownBy(() -> slots(store))
          .cause()
          .hasMessageContaining("cannot be reached")
          .hasMessageContaining("No subject alternative names matching IP address 127.0.0.1")
          .hasMessageContaining("Fix: look whether it runs, and whether host, port and TLS are");
    }
  }

  @Test
  void a_certificate_that_nobody_knows_is_refused() throws Exception {
    try (TlsFront front = front("ip:127.0.0.1");
        LeaseStore store =
            RedisLeaseStore.at("rediss://127.0.0.1:" + front.port()).timeout(PATIENCE).build()) {
      assertThatThrownBy(() -> slots(store))
          .cause()
          .hasMessageContaining("cannot be reached")
          .hasMessageContaining("unable to find valid certification path");
    }
  }

  @Test
  void who_does_not_speak_TLS_where_it_is_spoken_hears_so() throws Exception {
    try (TlsFront front = front("ip:127.0.0.1");
        LeaseStore store =
            RedisLeaseStore.at("redis://127.0.0.1:" + front.port()).timeout(PATIENCE).build()) {
      assertThatThrownBy(() -> slots(store))
          .cause()
          .hasMessageContaining("cannot be reached")
          .hasMessageContaining("TLS");
    }
  }
}
