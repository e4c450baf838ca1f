package dev.throttle.remote.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LedgerSnapshot;
import dev.throttle.remote.lease.SharedLimit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Who is let in by what the ledger knows, and who without a look at it. */
class RoomTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private int looks;

  private static Room room(String lease) {
    return new Room(
        new Binder(
                new MapConfigurationPropertySource(Map.of("throttle.server.lease-length", lease)))
            .bindOrCreate("throttle.server", Settings.class));
  }

  private static LeaseRequest request(String instance, boolean leaving, String... limits) {
    List<LeaseRequest.Account> accounts =
        Stream.of(limits)
            .map(
                name ->
                    new LeaseRequest.Account(
                        name,
                        new SharedLimit(10, Duration.ofMinutes(1)),
                        0,
                        Duration.ofSeconds(30),
                        0,
                        new LeaseRequest.Use(0, 0, 1, 1),
                        Duration.ZERO))
            .toList();
    return new LeaseRequest(instance, 1, "", accounts, false, leaving);
  }

  private CompletionStage<LedgerSnapshot> look() {
    looks++;
    return CompletableFuture.completedFuture(new LedgerSnapshot("epoch", List.of()));
  }

  private boolean isLookedAt(Room room, LeaseRequest request) {
    int before = looks;
    room.admit("shop", request, this::look).toCompletableFuture().join();
    return looks > before;
  }

  @Test
  void who_renews_is_let_in_without_a_look_unless_he_names_something_new() {
    Room room = room("1h");
    assertThat(isLookedAt(room, request("one", false, "a", "b"))).isTrue();
    assertThat(isLookedAt(room, request("one", false, "a", "b"))).as("was not answered").isTrue();
    room.renewed("shop", request("one", false, "a", "b"));
    assertThat(isLookedAt(room, request("one", false, "a", "b"))).isFalse();
    assertThat(isLookedAt(room, request("one", false, "b"))).isFalse();
    assertThat(isLookedAt(room, request("one", false, "a", "c"))).isTrue();
    assertThat(isLookedAt(room, request("two", false, "a"))).isTrue();
    room.renewed("shop", request("one", true, "a", "b"));
    assertThat(isLookedAt(room, request("one", false, "a"))).as("it has left").isTrue();
  }

  private static LedgerSnapshot ledger(int left, int holding, int alive) {
    List<LedgerSnapshot.Share> shares =
        IntStream.range(0, left + holding + alive)
            .mapToObj(
                i ->
                    new LedgerSnapshot.Share(
                        "instance " + i,
                        i >= left && i < left + holding ? 1 : 0,
                        LeaseRequest.Use.NONE,
                        i < left + holding ? Duration.ZERO : Duration.ofSeconds(1)))
            .toList();
    return new LedgerSnapshot(
        "epoch",
        List.of(
            new LedgerSnapshot.OfLimit(
                "a",
                new SharedLimit(10, Duration.ofMinutes(1)),
                Duration.ZERO,
                Duration.ZERO,
                shares)));
  }

  private static void admit(LedgerSnapshot ledger) {
    room("1h")
        .admit("shop", request("new", false, "a"), () -> CompletableFuture.completedFuture(ledger))
        .toCompletableFuture()
        .join();
  }

  @Test
  void who_has_left_and_holds_nothing_counts_only_for_what_a_ledger_keeps() {
    admit(ledger(2_000, 500, 499));
    assertThatThrownBy(() -> admit(ledger(0, 500, 500))).hasStackTraceContaining("1000 instances");
    admit(ledger(19_999, 0, 0));
    assertThatThrownBy(() -> admit(ledger(20_000, 0, 0)))
        .hasStackTraceContaining("20000 holdings, with those of instances that have left");
  }

  @Test
  void nobody_is_remembered_for_longer_than_a_lease() {
    Room room = room("10ms");
    for (int i = 0; i < 1_000; i++) {
      room.renewed("shop", request("instance " + i, false, "a"));
    }
    await().atMost(PATIENCE).until(() -> room.seen() == 0);
    assertThat(isLookedAt(room, request("instance 999", false, "a"))).isTrue();
  }

  @Test
  void only_so_much_is_remembered_at_all() {
    Room room = room("1h");
    String[] limits =
        Stream.iterate(0, i -> i + 1).limit(99).map(i -> "limit " + i).toArray(String[]::new);
    for (int i = 0; i < 2_000; i++) {
      room.renewed("shop", request("instance " + i, false, limits));
    }
    await().atMost(PATIENCE).until(() -> room.seen() <= 1_000);
  }
}
