package dev.throttle.remote.lease.contract;

import static dev.throttle.remote.lease.contract.Client.account;
import static dev.throttle.remote.lease.contract.Client.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.TimeSource;
import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LeaseStore;
import dev.throttle.remote.lease.Ledger;
import dev.throttle.remote.lease.LedgerSnapshot;
import dev.throttle.remote.lease.ManagedLeaseStore;
import dev.throttle.remote.lease.SharedLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every lease store promises. All durations are whole milliseconds, so a store may count
 * coarser than in nanoseconds.
 */
public abstract class LeaseStoreContract {

  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final SharedLimit TEN = new SharedLimit(10, Duration.ofSeconds(60));

  /** After this the slots of an instance that has crashed are free. */
  private static final Duration LOST = LEASE.plus(Client.CALL).plusSeconds(60);

  private final ManualTime time = new ManualTime();
  private final List<LeaseStore> opened = new ArrayList<>();

  /**
   * Opens a store that knows nothing.
   *
   * @param time the time of its ledger
   * @param length how long its leases are
   * @param afterLoss whether it is in the place of one that was lost, or there was none before. It
   *     begins to learn now, or when it is first asked
   */
  protected abstract ManagedLeaseStore open(TimeSource time, Duration length, boolean afterLoss);

  /** Returns how many random histories are played. */
  protected int histories() {
    return Integer.getInteger("throttle.histories", 100);
  }

  @AfterEach
  void closeWhatWasOpened() {
    opened.forEach(LeaseStore::close);
  }

  private ManagedLeaseStore opened(boolean afterLoss) {
    ManagedLeaseStore opening = open(time, LEASE, afterLoss);
    opened.add(opening);
    return opening;
  }

  private ManagedLeaseStore fresh() {
    return opened(false);
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  @Test
  void what_is_wanted_is_lent_and_the_answer_says_so() {
    Client client = new Client(fresh(), "one");
    LeaseAnswer answer = client.renew(account(TEN, 0, 4));
    assertThat(answer.leases())
        .containsExactly(new LeaseAnswer.Lease("api", 4, TEN, 1, Duration.ZERO));
    assertThat(answer.length()).isEqualTo(LEASE);
    assertThat(answer.instances()).isEqualTo(1);
    assertThat(answer.epoch()).isNotBlank();
    assertThat(client.renew(account(TEN, 4, 4)).epoch()).isEqualTo(answer.epoch());
  }

  @Test
  void no_more_is_lent_than_there_is() {
    LeaseStore store = fresh();
    assertThat(new Client(store, "one").slots(TEN, 0, 100)).isEqualTo(10);
    assertThat(new Client(store, "two").slots(TEN, 0, 100)).isZero();
  }

  @Test
  void what_an_instance_has_in_use_is_not_lent_again_even_if_it_is_more_than_its_share() {
    LeaseStore store = fresh();
    Client one = new Client(store, "one");
    Client two = new Client(store, "two");
    assertThat(one.slots(TEN, 0, 8)).isEqualTo(8);
    assertThat(two.slots(TEN, 0, 8)).isEqualTo(2);
    assertThat(one.slots(TEN, 8, 8)).as("its share").isEqualTo(5);
    assertThat(two.slots(TEN, 2, 8)).as("nothing is back yet").isEqualTo(2);
    assertThat(one.slots(TEN, 5, 8)).isEqualTo(5);
    assertThat(two.slots(TEN, 2, 8)).isEqualTo(5);
  }

  @Test
  void an_instance_may_hold_more_than_it_was_lent_and_then_others_get_none() {
    LeaseStore store = fresh();
    assertThat(new Client(store, "one").slots(TEN, 12, 3)).isEqualTo(3);
    assertThat(new Client(store, "two").slots(TEN, 0, 3)).isZero();
  }

  @Test
  void who_wants_little_gets_it_and_the_others_share_what_is_left() {
    LeaseStore store = fresh();
    Client little = new Client(store, "little");
    Client much = new Client(store, "much");
    Client more = new Client(store, "more");
    for (int round = 0; round < 2; round++) {
      little.slots(TEN, 0, 2);
      much.slots(TEN, 0, 7);
      more.slots(TEN, 0, 100);
    }
    assertThat(little.slots(TEN, 0, 2)).isEqualTo(2);
    assertThat(much.slots(TEN, 0, 7)).isEqualTo(4);
    assertThat(more.slots(TEN, 0, 100)).isEqualTo(4);
  }

  @Test
  void nobody_starves_where_instances_are_more_than_slots() {
    LeaseStore store = fresh();
    SharedLimit two = new SharedLimit(2, Duration.ofSeconds(60));
    List<Client> clients = new ArrayList<>();
    int[] lent = new int[5];
    for (int i = 0; i < lent.length; i++) {
      clients.add(new Client(store, "instance " + i));
    }
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < lent.length; i++) {
        lent[i] += clients.get(i).slots(two, 0, 1);
      }
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(lent).doesNotContain(0);
  }

  // ---- whose turn it is

  /** One request for some permits of "left", and as many of "right". */
  private static LeaseAnswer both(
      Client client, SharedLimit limit, int left, int right, int wanted) {
    return client.renew(
        account("left", limit, left, wanted, Duration.ZERO),
        account("right", limit, right, wanted, Duration.ZERO));
  }

  private static int slots(LeaseAnswer answer, int limit) {
    return answer.leases().get(limit).slots();
  }

  @Test
  void who_needs_slots_of_two_limits_gets_them_of_both_in_turn() {
    LeaseStore store = fresh();
    SharedLimit one = new SharedLimit(1, Duration.ZERO);
    Client first = new Client(store, "first");
    Client second = new Client(store, "second");
    first.renew(account("left", one, 0, 1, Duration.ZERO));
    second.renew(account("right", one, 0, 1, Duration.ZERO));
    int[] left = {1, 0};
    int[] right = {0, 1};
    int[] had = {0, 0};
    for (int round = 0; round < 40; round++) {
      int i = round % 2;
      LeaseAnswer answer = both(i == 0 ? first : second, one, left[i], right[i], 1);
      boolean served = slots(answer, 0) == 1 && slots(answer, 1) == 1;
      had[i] += served ? 1 : 0;
      // Who has both makes a call, and has none in use when it next asks.
      left[i] = served ? 0 : slots(answer, 0);
      right[i] = served ? 0 : slots(answer, 1);
      time.advance(Duration.ofMillis(100));
    }
    assertThat(had[0]).isGreaterThan(5);
    assertThat(had[1]).isGreaterThan(5);
  }

  @Test
  void a_call_that_takes_more_than_a_fair_share_has_its_turn() {
    LeaseStore store = fresh();
    SharedLimit ten = new SharedLimit(10, Duration.ZERO);
    Client dear = new Client(store, "dear");
    List<Client> cheap = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      cheap.add(new Client(store, "cheap " + i));
      cheap.get(i).slots(ten, 0, 100);
    }
    int calls = 0;
    int held = 0;
    int[] lent = new int[4];
    for (int round = 0; round < 24; round++) {
      LeaseRequest.Account account =
          new LeaseRequest.Account(
              "api", ten, 0, Client.CALL, held, Client.wanting(20, 8), Duration.ZERO);
      held = slots(dear.renew(account), 0);
      if (held >= 8) {
        calls++;
        held = 0; // it makes its call, and has none in use when it next asks
      }
      for (int i = 0; i < lent.length; i++) {
        lent[i] += cheap.get(i).slots(ten, 0, 100);
      }
    }
    assertThat(calls).as("calls of 8, where 2 each round are due to each").isBetween(3, 12);
    for (int each : lent) {
      assertThat(each).isGreaterThan(12);
    }
  }

  @Test
  void what_one_call_takes_is_not_more_than_is_wanted_or_there_is() {
    LeaseStore store = fresh();
    LeaseRequest.Use greedy = Client.wanting(3, 1_000);
    LeaseAnswer answer =
        new Client(store, "greedy")
            .renew(new LeaseRequest.Account("api", TEN, 0, Client.CALL, 0, greedy, Duration.ZERO));
    assertThat(slots(answer, 0)).isEqualTo(3);
    LeaseRequest.Use huge = Client.wanting(2_000, 1_000);
    LeaseAnswer other =
        new Client(store, "huge")
            .renew(new LeaseRequest.Account("api", TEN, 0, Client.CALL, 0, huge, Duration.ZERO));
    assertThat(slots(other, 0)).isEqualTo(7);
  }

  @Test
  void nobody_is_too_greedy() {
    assertThat(new Client(fresh(), "one").slots(TEN, 0, Integer.MAX_VALUE)).isEqualTo(10);
  }

  @Test
  void a_request_that_comes_twice_is_answered_as_before() {
    LeaseStore store = fresh();
    Client one = new Client(store, "one");
    LeaseRequest request = one.request(false, account(TEN, 0, 6));
    LeaseAnswer answer = one.send(request);
    new Client(store, "two").slots(TEN, 0, 9);
    time.advance(Duration.ofSeconds(3));
    assertThat(one.send(request)).isEqualTo(answer);
    assertThat(new Client(store, "three").slots(TEN, 0, 9)).isZero();
  }

  @Test
  void a_request_that_comes_twice_for_other_limits_is_answered_as_before() {
    LeaseStore store = fresh();
    LeaseRequest.Account other = account("other", TEN, 0, 3, Duration.ZERO);
    LeaseAnswer answer = new Client(store, "one").renew(account(TEN, 0, 6));
    assertThat(new Client(store, "one").renew(other)).isEqualTo(answer);
    assertThat(answer.leases().get(0).name()).isEqualTo("api");
  }

  @Test
  void a_number_may_be_as_high_as_any_and_harms_nobody() {
    LeaseStore store = fresh();
    Client one = new Client(store, "one");
    String epoch = one.renew(account(TEN, 0, 5)).epoch();
    long highest = (1L << 53) - 1;
    List<LeaseRequest.Account> accounts = List.of(account(TEN, 0, 1));
    LeaseRequest last = new LeaseRequest("two", highest, "", accounts, false, false);
    LeaseAnswer answer = join(store.renew(last));
    assertThat(join(store.renew(last))).isEqualTo(answer);
    assertThat(one.renew(account(TEN, 5, 6)).epoch()).isEqualTo(epoch);
    assertThatThrownBy(() -> new LeaseRequest("two", highest + 1, "", accounts, false, false))
        .hasMessage("number must be below 2^53, but was 9007199254740992.");
  }

  @Test
  void a_request_that_was_overtaken_is_refused_and_changes_nothing() {
    LeaseStore store = fresh();
    Client one = new Client(store, "one");
    LeaseRequest late = one.request(false, account(TEN, 0, 0));
    assertThat(one.slots(TEN, 0, 9)).isEqualTo(9);
    assertThatThrownBy(() -> one.send(late))
        .hasRootCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("request 1 of instance 'one' comes after its request 2");
    assertThat(new Client(store, "two").slots(TEN, 0, 9)).isEqualTo(1);
  }

  @Test
  void a_late_request_is_refused_as_long_as_something_is_held() {
    ManagedLeaseStore store = fresh();
    Client one = new Client(store, "one");
    LeaseRequest late = one.request(false, account(TEN, 0, 0));
    one.slots(TEN, 0, 9);
    join(store.change("api", new SharedLimit(10, Duration.ofMinutes(10))));
    time.advance(LOST.plusSeconds(540).minusMillis(1));
    assertThatThrownBy(() -> one.send(late)).hasRootCauseInstanceOf(IllegalArgumentException.class);
    time.advance(Duration.ofMillis(1));
    assertThat(one.send(late).instances()).as("as one that is not known").isEqualTo(1);
  }

  @Test
  void who_leaves_keeps_what_is_in_use_until_it_is_surely_free() {
    LeaseStore store = fresh();
    Client one = new Client(store, "one");
    Client two = new Client(store, "two");
    one.slots(TEN, 0, 9);
    LeaseAnswer last = one.leave(account(TEN, 3, 5));
    assertThat(last.leases().get(0).slots()).isZero();
    assertThat(last.instances()).isZero();
    assertThat(two.slots(TEN, 0, 10)).isEqualTo(7);
    time.advance(LOST.minus(LEASE).minusMillis(1));
    assertThat(two.slots(TEN, 7, 10)).isEqualTo(7);
    time.advance(Duration.ofMillis(1));
    assertThat(two.slots(TEN, 7, 10)).isEqualTo(10);
  }

  @Test
  void what_a_crashed_instance_held_is_lent_when_its_last_call_has_rested() {
    LeaseStore store = fresh();
    new Client(store, "crashed").slots(TEN, 0, 10);
    time.advance(LOST.minusMillis(1));
    Client two = new Client(store, "two");
    assertThat(two.slots(TEN, 0, 10)).isZero();
    time.advance(Duration.ofMillis(1));
    assertThat(two.slots(TEN, 0, 10)).isEqualTo(10);
  }

  @Test
  void each_instance_says_how_long_its_own_calls_take() {
    LeaseStore store = fresh();
    new Client(store, "quick")
        .renew(
            new LeaseRequest.Account(
                "api", TEN, 0, Duration.ofSeconds(1), 0, Client.wanting(4, 1), Duration.ZERO));
    new Client(store, "slow")
        .renew(
            new LeaseRequest.Account(
                "api", TEN, 0, Duration.ofSeconds(50), 0, Client.wanting(4, 1), Duration.ZERO));
    Client other = new Client(store, "other");
    time.advance(LEASE.plusSeconds(61).minusMillis(1));
    assertThat(other.slots(TEN, 0, 10)).isEqualTo(2);
    time.advance(Duration.ofMillis(1));
    assertThat(other.slots(TEN, 2, 10)).as("with those of the quick one").isEqualTo(6);
    time.advance(Duration.ofSeconds(49).minusMillis(1));
    assertThat(other.slots(TEN, 6, 10)).isEqualTo(6);
    time.advance(Duration.ofMillis(1));
    assertThat(other.slots(TEN, 6, 10)).isEqualTo(10);
  }

  @Test
  void a_crashed_instance_gets_no_share_after_its_lease() {
    LeaseStore store = fresh();
    Client two = new Client(store, "two");
    two.slots(TEN, 0, 10);
    new Client(store, "crashed").slots(TEN, 0, 10);
    assertThat(two.slots(TEN, 5, 10)).isEqualTo(5);
    time.advance(LEASE);
    assertThat(two.slots(TEN, 5, 10)).isEqualTo(10);
  }

  @Test
  void the_live_instances_are_counted() {
    LeaseStore store = fresh();
    Client one = new Client(store, "one");
    Client two = new Client(store, "two");
    one.slots(TEN, 0, 1);
    time.advance(LEASE.minusMillis(1));
    assertThat(two.renew(account(TEN, 0, 1)).instances()).isEqualTo(2);
    time.advance(Duration.ofMillis(1));
    assertThat(two.renew(account(TEN, 0, 1)).instances()).isEqualTo(1);
    assertThat(one.renew(account(TEN, 0, 1)).instances()).isEqualTo(2);
  }

  @Test
  void after_a_loss_nobody_gets_more_than_he_says_that_he_holds() {
    Client one = new Client(fresh(), "one");
    String before = one.renew(account(TEN, 0, 6)).epoch();
    LeaseStore next = opened(true);
    Client moved = one.movedTo(next);
    Client newcomer = new Client(next, "newcomer");
    assertThat(newcomer.slots(TEN, 0, 8)).isZero();
    LeaseAnswer answer = moved.renew(account(TEN, 6, 8));
    assertThat(answer.epoch()).isNotEqualTo(before);
    assertThat(answer.leases().get(0).slots()).isEqualTo(5);
    time.advance(LOST.minusMillis(1));
    assertThat(newcomer.slots(TEN, 0, 10)).isZero();
    time.advance(Duration.ofMillis(1));
    assertThat(newcomer.slots(TEN, 0, 10)).isEqualTo(10);
  }

  @Test
  void after_somebody_was_alone_nobody_gets_more_than_he_holds_until_that_is_over() {
    LeaseStore store = fresh();
    Client one = new Client(store, "one");
    Client two = new Client(store, "two");
    one.slots(TEN, 0, 2);
    two.slots(TEN, 0, 2);
    time.advance(LEASE);
    LeaseAnswer back = one.send(one.request(true, false, account(TEN, 5, 9)));
    assertThat(slots(back, 0)).isEqualTo(5);
    assertThat(two.slots(TEN, 2, 9)).isEqualTo(2);
    assertThat(new Client(store, "newcomer").slots(TEN, 0, 9)).isZero();
    time.advance(LOST.minusMillis(1));
    assertThat(two.slots(TEN, 2, 9)).isEqualTo(2);
    time.advance(Duration.ofMillis(1));
    assertThat(two.slots(TEN, 2, 10)).isEqualTo(10);
  }

  @Test
  void who_is_alone_and_heard_does_not_keep_it_learning() {
    LeaseStore store = fresh();
    Client deaf = new Client(store, "deaf");
    Client other = new Client(store, "other");
    deaf.slots(TEN, 0, 2);
    time.advance(LEASE);
    int lent = 0;
    for (Duration passed = Duration.ZERO;
        passed.compareTo(LOST) <= 0;
        passed = passed.plusSeconds(1)) {
      deaf.send(deaf.request(true, false, account(TEN, 2, 2)));
      lent = other.slots(TEN, 0, 5);
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(lent).isEqualTo(5);
  }

  @Test
  void a_pause_is_told_to_all_and_the_longest_counts() {
    LeaseStore store = fresh();
    Client one = new Client(store, "one");
    Client two = new Client(store, "two");
    one.renew(account("api", TEN, 0, 5, Duration.ofSeconds(30)));
    time.advance(Duration.ofSeconds(10));
    assertThat(two.renew(account("api", TEN, 0, 5, Duration.ofSeconds(5))).leases().get(0).pause())
        .isEqualTo(Duration.ofSeconds(20));
    time.advance(Duration.ofSeconds(20));
    assertThat(one.renew(account(TEN, 0, 5)).leases().get(0).pause()).isZero();
  }

  @Test
  void an_operator_pauses_and_resumes_for_all() {
    ManagedLeaseStore store = fresh();
    Client one = new Client(store, "one");
    one.renew(account("api", TEN, 0, 5, Duration.ofSeconds(30)));
    join(store.pause("api", Duration.ofSeconds(10)));
    assertThat(one.renew(account(TEN, 0, 5)).leases().get(0).pause())
        .as("also a shorter one")
        .isEqualTo(Duration.ofSeconds(10));
    join(store.pause("api", Duration.ZERO));
    assertThat(one.renew(account(TEN, 0, 5)).leases().get(0).pause()).isZero();
    assertThatThrownBy(() -> join(store.pause("nobody", Duration.ofSeconds(1))))
        .hasStackTraceContaining("no limit 'nobody' is known here.");
  }

  @Test
  void a_pause_of_less_than_nothing_is_refused() {
    ManagedLeaseStore store = fresh();
    new Client(store, "one").slots(TEN, 0, 5);
    assertThatThrownBy(() -> join(store.pause("api", Duration.ofMillis(-1))))
        .hasRootCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pause must be from PT0S to 400 days, but was PT-0.001S.");
  }

  @Test
  void a_snapshot_tells_who_has_what() {
    ManagedLeaseStore store = fresh();
    assertThat(join(store.snapshot()).limits()).isEmpty();
    Client one = new Client(store, "one");
    LeaseRequest.Use use = new LeaseRequest.Use(2, 3, 6, 1);
    String epoch =
        one.renew(
                account("paused", TEN, 0, 1, Duration.ofSeconds(30)),
                new LeaseRequest.Account("api", TEN, 0, Client.CALL, 4, use, Duration.ZERO))
            .epoch();
    new Client(store, "gone").leave(account(TEN, 1, 5));
    time.advance(Duration.ofSeconds(1));
    LedgerSnapshot seen = join(store.snapshot());
    assertThat(seen.epoch()).isEqualTo(epoch);
    assertThat(seen.limits())
        .containsExactly(
            new LedgerSnapshot.OfLimit(
                "api",
                TEN,
                Duration.ZERO,
                Duration.ZERO,
                List.of(
                    new LedgerSnapshot.Share(
                        "gone", 1, new LeaseRequest.Use(0, 0, 0, 0), Duration.ZERO),
                    new LedgerSnapshot.Share("one", 6, use, Duration.ofSeconds(9)))),
            new LedgerSnapshot.OfLimit(
                "paused",
                TEN,
                Duration.ofSeconds(29),
                Duration.ZERO,
                List.of(
                    new LedgerSnapshot.Share(
                        "one", 1, Client.wanting(1, 1), Duration.ofSeconds(9)))));
    ManagedLeaseStore lost = opened(true);
    new Client(lost, "one").slots(TEN, 0, 1);
    assertThat(join(lost.snapshot()).limits().get(0).learnsFor()).isEqualTo(LOST);
  }

  // ---- whose word a limit is

  private static final SharedLimit FOUR = new SharedLimit(4, Duration.ofSeconds(30));

  @Test
  void a_changed_limit_goes_before_what_instances_define() {
    ManagedLeaseStore store = fresh();
    Client one = new Client(store, "one");
    Client two = new Client(store, "two");
    one.slots(TEN, 0, 10);
    join(store.change("api", FOUR));
    LeaseAnswer.Lease changed = one.renew(account(TEN, 10, 10)).leases().get(0);
    assertThat(changed.limit()).isEqualTo(FOUR);
    assertThat(changed.revision()).isGreaterThan(1);
    assertThat(changed.slots()).isEqualTo(4);
    assertThat(two.slots(TEN, 0, 10)).as("10 are in use still").isZero();
    assertThat(one.slots(TEN, 2, 10)).isEqualTo(2);
    assertThat(two.slots(TEN, 0, 10)).isEqualTo(2);
    assertThat(new Client(store, "three").defining(TEN).limit()).isEqualTo(FOUR);
    join(store.change("api", TEN));
    assertThat(one.goingOnWith(changed).revision()).isGreaterThan(changed.revision());
  }

  @Test
  void a_limit_that_nobody_named_cannot_be_changed() {
    ManagedLeaseStore store = fresh();
    new Client(store, "one").slots(TEN, 0, 1);
    assertThatThrownBy(() -> join(store.change("nobody", TEN)))
        .hasStackTraceContaining("no limit 'nobody' is known here.");
  }

  @Test
  void a_limit_of_concurrency_stays_one_and_others_stay_none() {
    ManagedLeaseStore store = fresh();
    Client one = new Client(store, "one");
    one.slots(TEN, 0, 1);
    SharedLimit concurrent = new SharedLimit(10, Duration.ZERO);
    assertThatThrownBy(() -> join(store.change("api", concurrent)))
        .hasRootCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "limit 'api' has slots that rest, and cannot become one of concurrency (rest PT0S):"
                + " instances that run could not follow. Fix: keep a rest of more than PT0S, or"
                + " define it so in the code of all instances.");
    assertThat(one.defining(TEN).revision()).isEqualTo(1);
    Client other = new Client(store, "other");
    other.renew(account("concurrency", concurrent, 0, 1, Duration.ZERO));
    assertThatThrownBy(() -> join(store.change("concurrency", FOUR)))
        .hasRootCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "limit 'concurrency' is one of concurrency, and cannot become one that rests PT30S:"
                + " instances that run could not follow. Fix: keep the rest at PT0S, or define it"
                + " so in the code of all instances.");
  }

  @Test
  void what_is_deployed_last_counts_and_those_before_follow() {
    LeaseStore store = fresh();
    Client old = new Client(store, "old");
    LeaseAnswer.Lease before = old.defining(TEN);
    assertThat(before.limit()).isEqualTo(TEN);
    assertThat(before.revision()).isEqualTo(1);
    LeaseAnswer.Lease stricter = new Client(store, "new").defining(FOUR);
    assertThat(stricter.limit()).isEqualTo(FOUR);
    assertThat(stricter.revision()).isEqualTo(1);
    assertThat(old.goingOnWith(before).limit()).isEqualTo(FOUR);
    assertThat(new Client(store, "old one, started again").defining(TEN).limit()).isEqualTo(TEN);
  }

  @Test
  void a_deployment_that_makes_another_kind_of_limit_ends_the_word_of_an_operator() {
    ManagedLeaseStore store = fresh();
    new Client(store, "old").defining(TEN);
    join(store.change("api", FOUR));
    SharedLimit concurrent = new SharedLimit(10, Duration.ZERO);
    LeaseAnswer.Lease deployed = new Client(store, "new").defining(concurrent);
    assertThat(deployed.limit()).isEqualTo(concurrent);
    assertThat(deployed.revision()).isEqualTo(1);
    SharedLimit fewer = new SharedLimit(3, Duration.ZERO);
    join(store.change("api", fewer));
    assertThat(new Client(store, "newer").defining(concurrent).limit()).isEqualTo(fewer);
  }

  @Test
  void a_definition_of_which_the_ledger_has_heard_before_replaces_nothing() {
    LeaseStore store = fresh();
    Client old = new Client(store, "old, whose answers get lost");
    old.defining(TEN);
    new Client(store, "new").defining(FOUR);
    assertThat(old.defining(TEN).limit()).isEqualTo(FOUR);
  }

  @Test
  void who_leaves_before_it_was_answered_defines_nothing() {
    LeaseStore store = fresh();
    LeaseAnswer.Lease told = new Client(store, "new").defining(FOUR);
    new Client(store, "old").leave(account(TEN, 0, 0));
    assertThat(new Client(store, "other").goingOnWith(told).limit()).isEqualTo(FOUR);
  }

  @Test
  void the_word_of_an_operator_outlives_the_ledger_with_those_who_know_it() {
    ManagedLeaseStore lost = fresh();
    Client witness = new Client(lost, "witness");
    LeaseAnswer.Lease defined = witness.defining(TEN);
    join(lost.change("api", FOUR));
    LeaseAnswer.Lease told = witness.goingOnWith(defined);
    time.advance(Duration.ofMillis(1));
    ManagedLeaseStore next = opened(true);
    Client newcomer = new Client(next, "newcomer");
    assertThat(newcomer.defining(TEN).limit()).isEqualTo(TEN);
    LeaseAnswer.Lease kept = witness.movedTo(next).goingOnWith(told);
    assertThat(kept.limit()).isEqualTo(FOUR);
    assertThat(kept.revision()).isEqualTo(told.revision());
    assertThat(newcomer.defining(TEN).limit()).isEqualTo(FOUR);
  }

  @Test
  void a_word_of_an_operator_is_later_than_those_that_the_ledger_has_forgotten() {
    ManagedLeaseStore lost = fresh();
    Client witness = new Client(lost, "witness");
    LeaseAnswer.Lease defined = witness.defining(TEN);
    join(lost.change("api", FOUR));
    LeaseAnswer.Lease told = witness.goingOnWith(defined);
    time.advance(Duration.ofMillis(1));
    ManagedLeaseStore next = opened(true);
    new Client(next, "newcomer").defining(TEN);
    SharedLimit seven = new SharedLimit(7, Duration.ofSeconds(10));
    join(next.change("api", seven));
    assertThat(witness.movedTo(next).goingOnWith(told).limit()).isEqualTo(seven);
  }

  @Test
  void who_was_told_a_definition_by_a_lost_ledger_does_not_go_before_newcomers() {
    Client witness = new Client(fresh(), "witness");
    LeaseAnswer.Lease told = witness.defining(TEN);
    LeaseStore next = opened(true);
    assertThat(witness.movedTo(next).goingOnWith(told).limit()).isEqualTo(TEN);
    LeaseAnswer.Lease deployed = new Client(next, "newcomer").defining(FOUR);
    assertThat(deployed.limit()).isEqualTo(FOUR);
  }

  // ---- who cannot follow

  @Test
  void slots_are_free_no_sooner_than_their_instance_lets_them_rest() {
    ManagedLeaseStore store = fresh();
    Client crashed = new Client(store, "crashed");
    LeaseAnswer.Lease told = crashed.defining(TEN);
    join(store.change("api", new SharedLimit(10, Duration.ofSeconds(1))));
    crashed.renew(told(TEN, told.revision(), 8, 8));
    Client other = new Client(store, "other");
    time.advance(LOST.minusMillis(1));
    assertThat(other.slots(TEN, 0, 10)).isEqualTo(2);
    time.advance(Duration.ofMillis(1));
    assertThat(other.slots(TEN, 2, 10)).isEqualTo(10);
  }

  @Test
  void slots_are_free_no_sooner_than_the_limit_says() {
    ManagedLeaseStore store = fresh();
    SharedLimit second = new SharedLimit(10, Duration.ofSeconds(1));
    Client crashed = new Client(store, "crashed");
    LeaseAnswer.Lease told = crashed.defining(second);
    join(store.change("api", TEN));
    crashed.renew(told(second, told.revision(), 8, 8));
    Client other = new Client(store, "other");
    time.advance(LOST.minusMillis(1));
    assertThat(other.slots(TEN, 0, 10)).isEqualTo(2);
    time.advance(Duration.ofMillis(1));
    assertThat(other.slots(TEN, 2, 10)).isEqualTo(10);
  }

  @Test
  void a_ledger_learns_for_as_long_as_somebody_may_let_slots_rest() {
    ManagedLeaseStore store = opened(true);
    SharedLimit second = new SharedLimit(10, Duration.ofSeconds(1));
    Client one = new Client(store, "one");
    one.defining(second);
    one.renew(told(TEN, 1, 0, 1));
    assertThat(join(store.snapshot()).limits().get(0).limit()).isEqualTo(second);
    assertThat(join(store.snapshot()).limits().get(0).learnsFor()).isEqualTo(LOST);
  }

  @Test
  void each_limit_of_a_request_is_lent_by_itself_and_in_order() {
    LeaseStore store = fresh();
    SharedLimit two = new SharedLimit(2, Duration.ZERO);
    LeaseAnswer answer =
        new Client(store, "one")
            .renew(
                account("minute", TEN, 0, 7, Duration.ZERO),
                account("concurrency", two, 0, 7, Duration.ofSeconds(1)),
                account("name with spaces: é {x}", TEN, 0, 1, Duration.ZERO));
    assertThat(answer.leases())
        .containsExactly(
            new LeaseAnswer.Lease("minute", 7, TEN, 1, Duration.ZERO),
            new LeaseAnswer.Lease("concurrency", 2, two, 1, Duration.ofSeconds(1)),
            new LeaseAnswer.Lease("name with spaces: é {x}", 1, TEN, 1, Duration.ZERO));
    LeaseAnswer other =
        new Client(store, "two")
            .renew(
                account("concurrency", two, 0, 7, Duration.ZERO),
                account("minute", TEN, 0, 7, Duration.ZERO));
    assertThat(other.leases()).extracting(LeaseAnswer.Lease::slots).containsExactly(0, 3);
  }

  @Test
  void a_request_without_limits_is_answered() {
    LeaseAnswer answer = new Client(fresh(), "one").renew();
    assertThat(answer.leases()).isEmpty();
    assertThat(answer.instances()).isEqualTo(1);
  }

  /** Each answer of the store is that of {@link Ledger}, whatever has happened before. */
  @ParameterizedTest(name = "histories with losses: {0}")
  @ValueSource(booleans = {false, true})
  void it_answers_as_the_ledger_in_memory(boolean losses) {
    long first = Long.getLong("throttle.seed", 1);
    LongStream.range(first, first + histories())
        .forEach(seed -> new TwinHistory(seed, this, losses).play(60));
  }
}
