package dev.throttle.remote.lease;

import static dev.throttle.remote.lease.Jvm.TEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.Bucket;
import dev.throttle.core.Limit;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What cannot be shared, said or heard. */
class BadInputTest {

  private static final Duration CALL = Duration.ofSeconds(5);
  private static final SharedLimit LIMIT = new SharedLimit(10, Duration.ofSeconds(60));
  private static final Duration TOO_LONG = Duration.ofDays(401);

  private final VirtualTime time = new VirtualTime();
  private final MemoryLeaseStore ledger = MemoryLeaseStore.fresh(time, Duration.ofSeconds(10));
  private final Jvm jvm = new Jvm(time, ledger, TEN);

  private static void assertRefused(ThrowingCallable bad, String why) {
    assertThatThrownBy(bad).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(why);
  }

  private static int leased(Bucket bucket) {
    return bucket.snapshot().limits().get(0).leased();
  }

  @Test
  void the_bucket_of_a_key_is_not_shared() {
    Bucket bucket = jvm.buckets.defineKeyed("tenant", TEN).bucket("one");
    assertRefused(() -> jvm.shared.share(bucket), "the buckets of keys come and go");
    assertThat(leased(bucket)).isEqualTo(10);
  }

  @Test
  void a_calendar_quota_is_not_shared() {
    Limit month = Limit.calendar(10, Period.ofMonths(1), ZoneId.of("UTC"));
    Bucket bucket = jvm.buckets.define("month", month);
    assertRefused(() -> jvm.shared.share(bucket), "windows of a calendar differ in length");
    assertThat(leased(bucket)).isEqualTo(10);
  }

  @Test
  void a_bucket_that_drips_is_not_shared_and_its_name_is_free_for_another() {
    Bucket bucket = jvm.buckets.define("drips", Limit.tokenBucket(10, Duration.ofSeconds(1), 10));
    assertRefused(() -> jvm.shared.share(bucket), "cannot be leased");
    bucket.change(TEN);
    assertThat(leased(jvm.shared.share(bucket))).isZero();
  }

  @Test
  void a_name_is_shared_once_and_not_if_it_is_like_that_of_a_second_limit() {
    assertRefused(
        () -> jvm.shared.share(jvm.buckets.bucket("api")), "a limit 'api' is shared already.");
    Bucket two = jvm.buckets.define("two#2", TEN);
    assertRefused(() -> jvm.shared.share(two), "a '#' with a number at the end");
    assertThat(leased(two)).isEqualTo(10);
    Bucket strange = jvm.buckets.define("a\u0000b", TEN);
    assertRefused(() -> jvm.shared.share(strange), "must have no control characters.");
    assertThat(leased(strange)).isEqualTo(10);
  }

  @Test
  void nothing_is_shared_after_the_end() {
    jvm.shared.close();
    jvm.shared.close();
    Bucket bucket = jvm.buckets.define("late", TEN);
    assertThatThrownBy(() -> jvm.shared.share(bucket))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("these shared buckets are closed.");
    assertThat(leased(bucket)).isEqualTo(10);
  }

  @Test
  void numbers_and_durations_have_their_ranges() {
    assertRefused(
        () -> account("api", -1, 0, Duration.ZERO), "held must be at least 0, but was -1.");
    assertRefused(
        () -> account("api", 0, -1, Duration.ZERO), "wanted must be at least 0, but was -1.");
    assertRefused(() -> account("api", 0, 0, TOO_LONG), "pause must be from PT0S to 400 days");
    assertRefused(() -> account(" ", 0, 0, Duration.ZERO), "limit's name must not be blank.");
    assertRefused(
        () -> account("a\u0000b", 0, 0, Duration.ZERO), "must have no control characters.");
    assertRefused(
        () -> new LeaseAnswer.Lease("api", 0, LIMIT, 0, Duration.ZERO),
        "revision must be at least 1, but was 0.");
    assertRefused(
        () -> new LeaseAnswer.Lease("api", 0, LIMIT, 1L << 53, Duration.ZERO),
        "revision must be below 2^53, but was 9007199254740992.");
    assertRefused(() -> new SharedLimit(0, Duration.ZERO), "permits must be at least 1");
    assertRefused(() -> new SharedLimit(1, TOO_LONG), "rest must be from PT0S to");
    assertRefused(
        () ->
            new LeaseRequest.Account(
                "api", LIMIT, 0, Duration.ZERO, 0, LeaseRequest.Use.NONE, Duration.ZERO),
        "maxCall must be more than PT0S.");
    assertRefused(
        () -> new LeaseAnswer.Lease("api", -1, LIMIT, 1, Duration.ZERO),
        "slots must be at least 0");
    assertRefused(
        () -> new LeaseAnswer("epoch", Duration.ZERO, 0, List.of()), "must be more than PT0S.");
    assertRefused(
        () -> MemoryLeaseStore.fresh(time, Duration.ZERO), "length of a lease must be more than");
    assertRefused(() -> SharedBuckets.of(ledger).refresh(TOO_LONG), "refresh must be from PT0S");
    assertRefused(() -> SharedBuckets.of(ledger).maxCall(Duration.ZERO), "maxCall must be more");
    assertRefused(() -> SharedBuckets.of(ledger).instance(" "), "must not be blank.");
  }

  @Test
  void a_request_names_a_limit_once() {
    LeaseRequest.Account account = account("api", 0, 1, Duration.ZERO);
    assertRefused(() -> request("one", 1, account, account), "limit 'api' must come once.");
    assertRefused(() -> request("", 1, account), "instance must not be blank.");
    assertRefused(() -> request("one", -1, account), "number must be at least 0, but was -1.");
    assertRefused(() -> request("one", 1L << 53, account), "number must be below 2^53");
  }

  @Test
  @SuppressWarnings("NullAway") // that is the point
  void a_ledger_fails_the_stage_of_a_bad_request_and_stays_usable() {
    assertThat(ledger.renew(null).toCompletableFuture()).isCompletedExceptionally();
    assertThat(ledger.renew(request("one", 1, account("api", 0, 1, Duration.ofDays(400)))))
        .isCompleted();
    assertThat(ledger.renew(request("two", 1, account("api", 0, 1, Duration.ZERO)))).isCompleted();
  }

  @Test
  void leases_are_not_renewed_more_often_than_anybody_needs() {
    assertRefused(
        () -> SharedBuckets.of(ledger).refresh(Duration.ofNanos(1)),
        "refresh must be at least PT0.01S, but was PT0.000000001S.");
  }

  private static LeaseRequest.Account account(String name, int held, int wanted, Duration pause) {
    return new LeaseRequest.Account(
        name, LIMIT, 0, CALL, held, new LeaseRequest.Use(0, 0, wanted, 0), pause);
  }

  private static LeaseRequest request(
      String instance, long number, LeaseRequest.Account... accounts) {
    return new LeaseRequest(instance, number, "", List.of(accounts), false, false);
  }
}
