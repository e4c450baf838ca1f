package dev.throttle.remote.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.remote.lease.SharedBuckets;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The example of the package and of docs/server.md; {@code DocumentationTest} compares them. */
class DocumentedHttpTest {

  @Test
  void calls_are_granted_from_what_was_leased() throws Exception {
    try (Stub server = Stub.lending();
        Buckets buckets = Buckets.builder().build()) {
      URI uri = server.uri();
      String secret = "a secret of the client";
      HttpLeaseStore store = HttpLeaseStore.at(uri).client("orders", secret).build();
      SharedBuckets shared = SharedBuckets.of(store).maxCall(Duration.ofSeconds(30)).start();
      shared.share(buckets.define("api.foo.com", Limit.of(600, Duration.ofMinutes(1))));

      Permit permit = buckets.throttle("api.foo.com").acquireAsync().get(60, TimeUnit.SECONDS);
      permit.close();
      assertThat(buckets.bucket("api.foo.com").snapshot().limits().get(0).leased()).isPositive();

      shared.close();
      store.close();
    }
  }
}
