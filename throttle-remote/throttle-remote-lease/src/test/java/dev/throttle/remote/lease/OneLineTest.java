package dev.throttle.remote.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Configuration;
import dev.throttle.core.Limit;
import dev.throttle.core.Mode;
import dev.throttle.core.Permit;
import dev.throttle.core.SharedBy;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Unreachable;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Buckets are shared by one line, or by one property. */
class OneLineTest {

  private static final Limit TEN = Limit.of(10, Duration.ofMinutes(1));

  private final VirtualTime time = new VirtualTime();
  private final String address = "memory://" + UUID.randomUUID();
  private final List<Buckets> made = new ArrayList<>();

  @BeforeEach
  void nothingIsOpen() {
    Ledgers.OPENED.clear();
  }

  @AfterEach
  void close() {
    made.forEach(Buckets::close);
  }

  private Buckets buckets(String... lines) {
    Map<String, String> properties = new HashMap<>();
    for (String line : lines) {
      int end = line.indexOf('=');
      properties.put("throttle." + line.substring(0, end), line.substring(end + 1));
    }
    Buckets buckets =
        Buckets.builder()
            .timeSource(time)
            .executor(Runnable::run)
            .configuration(Configuration.of(properties, "test"))
            .build();
    made.add(buckets);
    return buckets;
  }

  private static long granted(List<CompletableFuture<Permit>> asked) {
    return asked.stream().filter(CompletableFuture::isDone).count();
  }

  private static List<CompletableFuture<Permit>> ask(Buckets buckets, int calls) {
    Throttle throttle = buckets.throttle("api");
    List<CompletableFuture<Permit>> asked = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      asked.add(throttle.acquireAsync());
    }
    return asked;
  }

  private void checkShared(Buckets one, Buckets other) {
    List<CompletableFuture<Permit>> first = ask(one, 20);
    List<CompletableFuture<Permit>> second = ask(other, 20);
    assertThat(granted(first) + granted(second)).as("before there is a lease").isZero();
    time.advance(Duration.ofSeconds(5));
    assertThat(granted(first) + granted(second)).isEqualTo(10);
    assertThat(granted(first)).isPositive();
  }

  @Test
  void by_one_line() {
    Buckets one = buckets();
    Buckets other = buckets();
    one.define("api", TEN).shared(address);
    other.define("api", TEN).shared(address);
    checkShared(one, other);
    assertThat(one.bucket("api").sharedBy()).hasToString(address);
  }

  @Test
  void by_one_property() {
    Buckets one = buckets("buckets.api.shared=" + address);
    Buckets other = buckets("shared=" + address);
    one.define("api", TEN);
    other.define("api", TEN);
    checkShared(one, other);
  }

  @Test
  void by_one_line_for_all_buckets() {
    Buckets one =
        Buckets.builder().timeSource(time).executor(Runnable::run).shared(address).build();
    made.add(one);
    one.define("api", TEN);
    Buckets other = buckets("shared=" + address);
    other.define("api", TEN);
    checkShared(one, other);
  }

  @Test
  void with_nothing_said_nothing_is_opened_and_all_is_local() {
    Buckets local = buckets("buckets.api.limit=5");
    local.define("api", TEN);
    assertThat(granted(ask(local, 20))).isEqualTo(5);
    assertThat(local.bucket("api").sharedBy()).isNull();
    local.close();
    assertThat(Ledgers.OPENED).isEmpty();
  }

  @Test
  void one_may_stay_local_where_all_are_shared() {
    Buckets one = buckets("shared=" + address, "buckets.api.shared=none");
    one.define("api", TEN);
    assertThat(granted(ask(one, 20))).isEqualTo(10);
  }

  @Test
  void calls_that_went_out_before_count() {
    Buckets one = buckets();
    one.define("api", TEN);
    assertThat(granted(ask(one, 7))).isEqualTo(7);
    one.bucket("api").shared(address);
    Buckets other = buckets();
    other.define("api", TEN).shared(address);
    ask(one, 1);
    time.advance(Duration.ofSeconds(2));
    List<CompletableFuture<Permit>> asked = ask(other, 20);
    time.advance(Duration.ofSeconds(5));
    assertThat(granted(asked)).isLessThanOrEqualTo(3);
  }

  @Test
  void all_that_is_said_reaches_the_store_and_there_is_one_for_all_who_say_the_same() {
    Buckets one =
        buckets(
            "shared=" + address,
            "shared.clientId=me",
            "shared.clientSecret=secret",
            "shared.namespace=orders",
            "shared.policy=open",
            "shared.maxCall=PT5S",
            "shared.refresh=PT2S",
            "shared.lease=PT20S");
    one.define("api", TEN);
    one.define("other", TEN);
    assertThat(Ledgers.OPENED).hasSize(1);
    StoreAddress opened = Ledgers.OPENED.get(0).address;
    assertThat(opened)
        .isEqualTo(
            new StoreAddress(address, "me", "secret", "orders", Duration.ofSeconds(20), time));
    assertThat(opened.toString()).isEqualTo(address + " as 'me'").doesNotContain("secret");
    assertThat(one.bucket("api").limit().maxHold()).isEqualTo(Duration.ofSeconds(5));
    assertThat(one.bucket("api").sharedBy())
        .extracting(SharedBy::whenUnreachable)
        .isEqualTo(Unreachable.OPEN);
    one.define("third", TEN).shared(SharedBy.at("memory://elsewhere"));
    assertThat(Ledgers.OPENED).as("the configuration goes before").hasSize(1);
  }

  @Test
  void what_is_said_twice_is_shared_once_and_by_one_store() {
    Bucket bucket = buckets().define("api", TEN).shared(address).shared(address);
    assertThat(Ledgers.OPENED).hasSize(1);
    assertThatThrownBy(() -> bucket.shared("memory://elsewhere"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is shared by " + address + " already")
        .hasMessageContaining(
            "differs in: address (" + address + ", then memory://elsewhere). Say it");
    SharedBy longer = SharedBy.at(address).withMaxCall(Duration.ofSeconds(5));
    assertThatThrownBy(() -> bucket.shared(longer))
        .hasMessageContaining("differs in: maxCall (not said, then PT5S). Say it once.");
  }

  @Test
  void shares_with_leases_that_are_renewed_too_seldom_are_refused_at_the_start() {
    SharedBy seldom =
        SharedBy.at(address)
            .whenUnreachable(Unreachable.SHARE)
            .withLease(Duration.ofSeconds(10))
            .withRefresh(Duration.ofSeconds(2));
    Bucket bucket = buckets().define("api", TEN);
    assertThatThrownBy(() -> bucket.shared(seldom))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the policy SHARE needs leases that are renewed eight times in their length, but they"
                + " are PT10S long and are renewed each PT2S. Set refresh to PT1.25S at most, or"
                + " longer leases in all JVMs.");
  }

  @Test
  void who_closes_gives_back_before_the_store_is_closed() {
    Buckets one = buckets();
    one.define("api", TEN).shared(address);
    ask(one, 5);
    time.advance(Duration.ofSeconds(1));
    one.close();
    Ledgers.Opened opened = Ledgers.OPENED.get(0);
    assertThat(opened.leftBeforeClose).isTrue();
    assertThat(opened.closed).isTrue();
    assertThatThrownBy(() -> one.define("late", TEN).shared(address))
        .isInstanceOf(IllegalStateException.class);
    Buckets configured = buckets("shared=" + address);
    Bucket bucket = configured.define("api", TEN);
    configured.close();
    assertThat(configured.define("api", TEN)).as("to be named still").isSameAs(bucket);
  }

  @Test
  void an_unknown_scheme_is_refused_with_what_to_add_and_without_the_password() {
    Bucket bucket = buckets().define("api", TEN);
    assertThatThrownBy(() -> bucket.shared("redis://:secret@host:6379"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "no module on the class path knows the store redis://host:6379; those that are there"
                + " know [memory]. Add dev.throttle:throttle-remote-redis for redis://, or"
                + " dev.throttle:throttle-remote-http for https://.");
    assertThat(granted(ask(made.get(0), 5))).as("is local still").isEqualTo(5);
  }

  @Test
  void buckets_of_keys_are_refused_with_the_fix() {
    Buckets one = buckets("shared=" + address);
    assertThatThrownBy(() -> one.defineKeyed("tenants", TEN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "bucket 'tenants' has one bucket for each key, which cannot be shared. It is to be"
                + " shared by "
                + address
                + "; to keep it to this process, configure throttle.buckets.tenants.shared=none.");
    assertThat(one.isDefined("tenants")).isFalse();
    Bucket ofKey = buckets().defineKeyed("tenants", TEN).bucket("a");
    assertThatThrownBy(() -> ofKey.shared(address)).hasMessageContaining("cannot be shared");
  }

  @Test
  void limits_that_cannot_be_leased_are_refused_with_the_fix() {
    Buckets one = buckets("shared=" + address);
    assertThatThrownBy(() -> one.define("drips", Limit.tokenBucket(10, Duration.ofMinutes(1), 10)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Use a sliding window of the burst")
        .hasMessageContaining("configure throttle.buckets.drips.shared=none.");
    assertThat(one.isDefined("drips")).isFalse();
  }

  @Test
  void in_shadow_mode_nobody_is_delayed_and_the_ledger_knows() {
    Buckets one = buckets("shared=" + address, "buckets.api.mode=SHADOW");
    one.define("api", TEN);
    assertThat(granted(ask(one, 15))).isEqualTo(15);
    time.advance(Duration.ofSeconds(2));
    assertThat(one.bucket("api").snapshot().limits().get(0).leased()).isEqualTo(10);
    Buckets other = buckets("shared=" + address);
    other.define("api", TEN);
    List<CompletableFuture<Permit>> asked = ask(other, 1);
    time.advance(Duration.ofSeconds(2));
    assertThat(granted(asked)).isZero();
  }

  @Test
  void who_refuses_gets_a_lease_by_what_was_refused() {
    Buckets one = buckets("shared=" + address, "buckets.api.mode=REJECT");
    Throttle throttle = one.throttle(one.define("api", TEN).name());
    assertThatThrownBy(throttle::acquire).isInstanceOf(ThrottledException.class);
    time.advance(Duration.ofSeconds(1));
    assertThat(throttle.tryAcquire()).isNotNull();
    assertThat(one.bucket("api").mode()).isEqualTo(Mode.REJECT);
  }

  @Test
  void while_all_is_switched_off_calls_pass_and_afterwards_they_count() {
    Buckets one = buckets("shared=" + address, "enabled=false");
    one.define("api", TEN);
    assertThat(granted(ask(one, 12))).isEqualTo(12);
    time.advance(Duration.ofSeconds(2));
    one.setEnabled(true);
    List<CompletableFuture<Permit>> asked = ask(one, 1);
    time.advance(Duration.ofSeconds(2));
    assertThat(granted(asked)).isZero();
    time.advance(Duration.ofMinutes(2));
    assertThat(granted(asked)).isEqualTo(1);
  }
}
