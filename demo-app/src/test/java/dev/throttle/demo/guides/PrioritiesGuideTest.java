package dev.throttle.demo.guides;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Priority;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttle;
import dev.throttle.demo.guides.PriorityApis.Desk;
import dev.throttle.demo.guides.PriorityApis.Search;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** docs/priorities.md. */
class PrioritiesGuideTest extends Guide {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Provider provider = new Provider(time);
  private final List<String> sent = new ArrayList<>();

  private CompletableFuture<String> send(String what) {
    sent.add(what);
    return provider.answer(what, 1);
  }

  private final Desk desk =
      new Desk() {
        @Override
        public CompletableFuture<String> order(long id) {
          return send("order");
        }

        @Override
        public CompletableFuture<String> customer(long id) {
          return send("customer");
        }

        @Override
        public CompletableFuture<String> archive(long id) {
          return send("archive");
        }
      };

  @Test
  void theReserve_isThereForHighPriorityAlone() {
    for (int i = 0; i < 20; i++) {
      desk.archive(i);
    }
    assertThat(sent).hasSize(8).containsOnly("archive"); // two of ten are in reserve

    desk.customer(7);
    desk.customer(8);

    assertThat(sent).hasSize(10).endsWith("customer", "customer");
  }

  @Test
  void whoWaits_goesByPriority() {
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      calls.add(desk.archive(i));
      calls.add(desk.order(i));
      calls.add(desk.customer(i));
    }

    untilDone(calls);

    assertThat(sent.lastIndexOf("customer")).isLessThan(sent.lastIndexOf("order"));
    assertThat(sent.lastIndexOf("order")).isLessThan(sent.lastIndexOf("archive"));
  }

  @Test
  void inCode() {
    buckets.define("api.desk.com", Limit.of(10, Duration.ofSeconds(1)).withReserve(20));
    Throttle orders = buckets.throttle("api.desk.com");
    Throttle people = orders.withPriority(Priority.HIGH);
    Throttle nightly = orders.withPriority(Priority.LOW);

    for (int i = 0; i < 20; i++) {
      nightly.callAsync(() -> send("archive"));
    }
    people.callAsync(() -> send("customer"));

    assertThat(sent).hasSize(9).endsWith("customer");
  }

  @Test
  void oneInSixteen_goesToThoseWhoWereOvertaken() {
    Throttle all = buckets.throttle(List.of(buckets.define("api", Limit.of(10, SECOND))));
    Throttle high = all.withPriority(Priority.HIGH);
    Throttle low = all.withPriority(Priority.LOW);
    for (int i = 0; i < 10; i++) {
      high.callAsync(() -> send("first"));
    }
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      calls.add(low.callAsync(() -> send("low")));
    }
    for (int i = 0; i < 64; i++) {
      calls.add(high.callAsync(() -> send("high")));
    }

    untilDone(calls);

    List<String> waited = sent.subList(10, 10 + 4 * 17);
    for (int i = 0; i < waited.size(); i++) {
      assertThat(waited.get(i)).isEqualTo(i % 17 == 16 ? "low" : "high");
    }
  }

  @Test
  void fairTurns_annotated() {
    Search api = (tenant, words) -> send(tenant);
    for (int i = 0; i < 100; i++) {
      api.search("flood", "cats");
    }

    CompletableFuture<String> other = api.search("other", "dogs");

    assertThat(untilDone(List.of(other))).isLessThan(Duration.ofMillis(1_150));
    assertThat(sent.indexOf("other")).isBetween(10, 11);
  }

  @Test
  void fairTurns_inCode() {
    Throttle search =
        buckets.throttle(List.of(buckets.define("api.search.com", Limit.of(10, SECOND))));
    for (int i = 0; i < 100; i++) {
      search.withFairKey("flood").callAsync(() -> send("flood"));
    }

    CompletableFuture<String> other = search.withFairKey("other").callAsync(() -> send("other"));

    assertThat(untilDone(List.of(other))).isLessThan(Duration.ofMillis(1_150));
    assertThat(sent.indexOf("other")).isBetween(10, 11);
  }

  @Test
  void aBigCost_isServedInItsTurn_andOthersBehindIt() {
    Throttle one = buckets.throttle(List.of(buckets.define("api", Limit.of(10, SECOND))));
    Throttle ten = one.withCost(10);
    for (int i = 0; i < 10; i++) {
      one.callAsync(() -> send("small"));
    }
    List<CompletableFuture<String>> calls = new ArrayList<>();
    calls.add(ten.callAsync(() -> send("big")));
    IntStream.range(0, 10).forEach(i -> calls.add(one.callAsync(() -> send("later"))));

    assertThat(untilDone(calls)).isLessThan(Duration.ofMillis(2_200));
    assertThat(sent.indexOf("big")).isEqualTo(10);
  }
}
