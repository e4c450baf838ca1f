package dev.throttle.remote.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.TimeSource;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LeaseStore;
import dev.throttle.remote.lease.LeaseStoreFactory;
import dev.throttle.remote.lease.StoreAddress;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HttpLeaseStoreFactoryTest {

  private static LeaseStore open(
      String uri, @Nullable String id, @Nullable String namespace, @Nullable Duration length) {
    StoreAddress address =
        new StoreAddress(
            uri, id, id == null ? null : "s3cret", namespace, length, TimeSource.system());
    return ServiceLoader.load(LeaseStoreFactory.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(factory -> factory.schemes().contains(address.scheme()))
        .findFirst()
        .orElseThrow()
        .open(address);
  }

  @Test
  void a_store_is_opened_by_the_address_of_its_server() {
    try (Stub server = Stub.lending();
        LeaseStore store = open(server.uri().toString(), "orders", null, null)) {
      LeaseRequest request = new LeaseRequest("one", 1, "", List.of(), false, false);
      assertThat(store.renew(request).toCompletableFuture()).isNotNull();
    }
  }

  @Test
  void what_the_server_decides_and_what_it_must_know_is_told() {
    assertThatThrownBy(() -> open("https://x", null, null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Fix: give id and secret");
    for (boolean named : new boolean[] {true, false}) {
      assertThatThrownBy(
              () ->
                  open(
                      "https://x",
                      "orders",
                      named ? "shop" : null,
                      named ? null : Duration.ofSeconds(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Fix: leave them out here");
    }
    assertThatThrownBy(() -> open("https://a b:s3cret@x", "orders", null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be read")
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> open("http://throttle.example.com", "orders", null, null))
        .hasMessageContaining("Fix: use https");
  }
}
