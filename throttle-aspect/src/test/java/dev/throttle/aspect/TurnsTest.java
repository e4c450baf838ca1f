package dev.throttle.aspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Limit;
import dev.throttle.annotation.Priority;
import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleCost;
import dev.throttle.annotation.ThrottleKey;
import dev.throttle.core.ThrottledException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who goes first, and who waits for whom: what the arguments and elements of a call decide. */
class TurnsTest {

  private static final Duration A_PERIOD_AND_THE_GUARD = Duration.ofMillis(1_001);

  @RegisterExtension final OnVirtualTime time = new OnVirtualTime();

  private final Client client = new Client();

  @Test
  void callsOfOneKey_waitForEachOther_andNotForThoseOfAnother() {
    client.keyed("a", 1);
    CompletableFuture<String> second = client.keyed("a", 2);
    client.keyed("b", 1);
    assertThat(client.started).containsExactly("a1", "b1");
    time.advance(A_PERIOD_AND_THE_GUARD);
    assertThat(client.started).containsExactly("a1", "b1", "a2");
    assertThat(second).isCompletedWithValue("a2");
  }

  @Test
  void aWaitingCallOfAKey_canBeCancelled() {
    client.keyed("a", 1);
    CompletableFuture<String> cancelled = client.keyed("a", 2);
    client.keyed("a", 3);
    cancelled.cancel(true);
    time.advance(A_PERIOD_AND_THE_GUARD);
    assertThat(client.started).containsExactly("a1", "a3");
  }

  @Test
  void aPlainCall_isRefusedAtOnceWhereItsKeyMayNotWait() {
    assertThat(client.impatient("secret")).isEqualTo("secret");
    assertThatThrownBy(() -> client.impatient("secret"))
        .isInstanceOf(ThrottledException.class)
        .hasMessageContaining("bucket 'impatient' of one key (1 per PT1S) is full")
        .hasMessageNotContaining("secret");
    assertThat(client.impatient("other")).isEqualTo("other");
  }

  @Test
  void priorities_decideWhoGoesFirst() {
    client.normal("first");
    client.low("low");
    client.normal("normal");
    client.high("high");
    for (int i = 0; i < 3; i++) {
      time.advance(A_PERIOD_AND_THE_GUARD);
    }
    assertThat(client.started).containsExactly("first", "high", "normal", "low");
  }

  @Test
  void fairBy_givesTheCallsOfEachKeyTheirTurn() {
    for (int i = 1; i <= 3; i++) {
      client.fair("a", i);
    }
    client.fair("b", 1);
    for (int i = 0; i < 3; i++) {
      time.advance(A_PERIOD_AND_THE_GUARD);
    }
    assertThat(client.started).hasSize(4).startsWith("a1");
    assertThat(client.started.indexOf("b1")).isLessThan(client.started.indexOf("a3"));
  }

  @Test
  void fairByOfTheType_isForTheMethodsThatHaveTheKey() {
    FairType type = new FairType();
    for (int i = 1; i <= 3; i++) {
      type.call("a", i);
    }
    type.call("b", 1);
    type.without(1);
    for (int i = 0; i < 4; i++) {
      time.advance(A_PERIOD_AND_THE_GUARD);
    }
    assertThat(type.started).hasSize(5).startsWith("a1");
    assertThat(type.started.indexOf("b1")).isLessThan(type.started.indexOf("a3"));
  }

  @Test
  void furtherLimits_holdTogether() {
    for (int i = 1; i <= 4; i++) {
      client.twoLimits(i);
    }
    assertThat(client.started).containsExactly("1", "2");
    time.advance(A_PERIOD_AND_THE_GUARD);
    assertThat(client.started).containsExactly("1", "2", "3");
    time.advance(A_PERIOD_AND_THE_GUARD);
    assertThat(client.started).containsExactly("1", "2", "3");
    time.advance(Duration.ofMinutes(1));
    assertThat(client.started).containsExactly("1", "2", "3", "4");
  }

  @Test
  void aCallThatCostsMoreThanItsKeyMayEverHave_isRefused() {
    assertThat(client.priced("a", 3)).isCompletedWithValue("a3");
    assertThat(client.priced("b", 11))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(ThrottledException.class);
    CompletableFuture<String> waiting = client.priced("a", 8);
    assertThat(waiting).isNotDone();
    time.advance(A_PERIOD_AND_THE_GUARD);
    assertThat(waiting).isCompletedWithValue("a8");
  }

  static class Client {

    final List<String> started = new ArrayList<>();

    private CompletableFuture<String> start(String what) {
      started.add(what);
      return CompletableFuture.completedFuture(what);
    }

    @Throttle(value = "keyed", limit = 1, period = "PT1S")
    CompletableFuture<String> keyed(@ThrottleKey String key, int n) {
      return start(key + n);
    }

    @Throttle(value = "impatient", limit = 1, period = "PT1S", maxWait = "PT0S")
    String impatient(@ThrottleKey String key) {
      return key;
    }

    @Throttle(value = "turns", limit = 1, period = "PT1S", priority = Priority.LOW)
    CompletableFuture<String> low(String what) {
      return start(what);
    }

    @Throttle(value = "turns", limit = 1, period = "PT1S")
    CompletableFuture<String> normal(String what) {
      return start(what);
    }

    @Throttle(value = "turns", limit = 1, period = "PT1S", priority = Priority.HIGH)
    CompletableFuture<String> high(String what) {
      return start(what);
    }

    @Throttle(value = "fair", limit = 1, period = "PT1S", fairBy = "tenant")
    CompletableFuture<String> fair(@ThrottleKey(name = "tenant") String tenant, int n) {
      return start(tenant + n);
    }

    @Throttle(value = "two", limit = 2, period = "PT1S", also = @Limit(limit = 3, period = "PT1M"))
    CompletableFuture<String> twoLimits(int n) {
      return start("" + n);
    }

    @Throttle(value = "priced", limit = 10, period = "PT1S")
    CompletableFuture<String> priced(@ThrottleKey String key, @ThrottleCost long cost) {
      return start(key + cost);
    }
  }

  @Throttle(value = "fair type", limit = 1, period = "PT1S", fairBy = "tenant")
  static class FairType {

    final List<String> started = new ArrayList<>();

    CompletableFuture<String> call(@ThrottleKey(name = "tenant") String tenant, int n) {
      started.add(tenant + n);
      return CompletableFuture.completedFuture(tenant);
    }

    CompletableFuture<String> without(int n) {
      started.add("without " + n);
      return CompletableFuture.completedFuture("");
    }
  }
}
