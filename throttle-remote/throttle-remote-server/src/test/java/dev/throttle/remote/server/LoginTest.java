package dev.throttle.remote.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.remote.server.Client.Role;
import dev.throttle.remote.server.Login.TooManyLogins;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/** Who is let in, by how many hashes. What is remembered by whom is asked without a server. */
class LoginTest {

  private static final String HERE = "192.0.2.1";
  private static final String ELSEWHERE = "192.0.2.2";
  private static final int PATIENCE_SECONDS = 60;

  private final Counting encoder = new Counting();
  private final Buckets buckets = Buckets.create();
  private final Login login = login(Duration.ofSeconds(PATIENCE_SECONDS), buckets);

  private Login login(Duration patience, Buckets buckets) {
    List<Settings.OfClient> clients = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      clients.add(client("client-" + i, List.of(hash("secret-of-client-" + i))));
    }
    clients.add(client("rotating", List.of(hash("the old secret"), hash("the new secret"))));
    return new Login(new Clients(clients, encoder), new Audit(), 100, patience, buckets);
  }

  private static Settings.OfClient client(String id, List<String> hashes) {
    return new Settings.OfClient(id, "default", Set.of(Role.INSTANCE), hashes);
  }

  /** Returns what the encoder of this test takes for a hash. */
  private static String hash(String secret) {
    return RunningServer.cheapHash(secret);
  }

  /** Counts, and has all wait until it may go on. */
  private static final class Counting implements PasswordEncoder {

    private final PasswordEncoder encoder = Secrets.encoder();
    private final AtomicInteger hashes = new AtomicInteger();
    private volatile CountDownLatch mayGoOn = new CountDownLatch(0);

    @Override
    public String encode(CharSequence secret) {
      throw new AssertionError("nothing is to be encoded");
    }

    @Override
    public boolean matches(CharSequence secret, String hash) {
      hashes.incrementAndGet();
      try {
        mayGoOn.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return encoder.matches(secret, hash);
    }
  }

  private String in(String id, String secret, String address) {
    return in(login, id, secret, address);
  }

  private static String in(Login login, String id, String secret, String address) {
    var asked = UsernamePasswordAuthenticationToken.unauthenticated(id, secret);
    asked.setDetails(new WebAuthenticationDetails(address, null));
    return String.valueOf(login.authenticate(asked).getPrincipal());
  }

  private int hashesOf(String id, String secret, String address) {
    int before = encoder.hashes.get();
    try {
      in(id, secret, address);
    } catch (BadCredentialsException e) {
      // To be wrong costs something too.
    }
    return encoder.hashes.get() - before;
  }

  private void failFrom(String address) {
    for (int i = 0; i < 20; i++) {
      String guess = "a wrong secret " + i;
      assertThatThrownBy(() -> in("client-0", guess, address))
          .isInstanceOf(BadCredentialsException.class);
    }
  }

  @Test
  void instances_that_start_together_wait_for_one_hash_and_are_all_let_in() throws Exception {
    encoder.mayGoOn = new CountDownLatch(1);
    ExecutorService instances = Executors.newFixedThreadPool(60);
    try {
      List<Future<String>> all = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        all.add(instances.submit(() -> in("client-1", "secret-of-client-1", HERE)));
      }
      await()
          .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
          .until(() -> buckets.bucket("server/waiting").inUse() == 60);
      encoder.mayGoOn.countDown();
      for (Future<String> each : all) {
        assertThat(each.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("client-1");
      }
      assertThat(encoder.hashes).hasValue(2); // as many as the client with the most secrets has
    } finally {
      instances.shutdownNow();
    }
  }

  @Test
  void who_logs_in_while_too_many_are_looked_at_is_told_to_come_back_in_a_moment()
      throws Exception {
    encoder.mayGoOn = new CountDownLatch(1);
    ExecutorService instances = Executors.newFixedThreadPool(20);
    Bucket hashing = buckets.bucket("server/hashing");
    int many = Math.min(20, hashing.limit().permits() + hashing.maxQueue());
    try {
      List<Future<String>> all = new ArrayList<>();
      for (int i = 0; i < many; i++) {
        String id = "client-" + i;
        all.add(instances.submit(() -> in(id, "secret-of-" + id, HERE)));
      }
      await()
          .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
          .until(() -> hashing.inUse() + hashing.waiting() == many);
      assertThatThrownBy(() -> in("client-20", "secret-of-client-20", HERE))
          .isInstanceOfSatisfying(
              TooManyLogins.class,
              refused -> assertThat(refused.retryAfterSeconds()).isBetween(1L, 2L));
      encoder.mayGoOn.countDown();
      for (Future<String> each : all) {
        each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
      assertThat(in("client-20", "secret-of-client-20", HERE)).isEqualTo("client-20");
    } finally {
      instances.shutdownNow();
    }
  }

  @Test
  void strangers_wait_shortly_for_a_hash_and_only_some_do_and_they_pay_for_it() throws Exception {
    Buckets all = Buckets.create();
    Login hasty = login(Duration.ofMillis(50), all);
    encoder.mayGoOn = new CountDownLatch(1);
    ExecutorService strangers = Executors.newCachedThreadPool();
    try {
      List<Future<String>> tried = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        String address = "198.51.100." + i;
        tried.add(strangers.submit(() -> in(hasty, "stranger", "guess of " + address, address)));
      }
      int hashing = all.bucket("server/hashing").limits().get(0).permits();
      await() // though nobody is done
          .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
          .until(() -> tried.stream().filter(Future::isDone).count() == 100 - hashing);
      encoder.mayGoOn.countDown();
      for (Future<String> each : tried) {
        assertThatThrownBy(() -> each.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
            .hasCauseInstanceOf(AuthenticationException.class);
      }
      for (int i = 0; i < 100; i++) {
        assertThat(all.keyed("server/logins").bucket("198.51.100." + i).inUse()).isEqualTo(1);
      }
    } finally {
      strangers.shutdownNow();
    }
  }

  @Test
  void only_some_requests_wait_at_once() throws Exception {
    Login small =
        new Login(
            new Clients(List.of(client("only", List.of(hash("secret-of-only")))), encoder),
            new Audit(),
            1,
            Duration.ofSeconds(PATIENCE_SECONDS),
            Buckets.create());
    encoder.mayGoOn = new CountDownLatch(1);
    ExecutorService instances = Executors.newSingleThreadExecutor();
    try {
      var asked = UsernamePasswordAuthenticationToken.unauthenticated("only", "secret-of-only");
      Future<?> first = instances.submit(() -> small.authenticate(asked));
      await().atMost(Duration.ofSeconds(PATIENCE_SECONDS)).until(() -> encoder.hashes.get() == 1);
      assertThatThrownBy(() -> small.authenticate(asked))
          .isInstanceOf(TooManyLogins.class)
          .hasMessageContaining("at once");
      encoder.mayGoOn.countDown();
      first.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(small.authenticate(asked).getPrincipal()).hasToString("only");
    } finally {
      instances.shutdownNow();
    }
  }

  @Test
  void what_was_right_is_hashed_once_and_what_was_wrong_each_time() {
    assertThat(hashesOf("client-2", "secret-of-client-2", HERE)).isEqualTo(2);
    assertThat(hashesOf("client-2", "secret-of-client-2", HERE)).isZero();
    assertThat(hashesOf("client-2", "secret-of-client-2", ELSEWHERE)).isZero();
    assertThat(hashesOf("client-2", "wrong", HERE)).isEqualTo(2);
    assertThat(hashesOf("client-2", "wrong", HERE)).isEqualTo(2);
  }

  @Test
  void as_much_is_hashed_for_an_unknown_id_as_for_a_wrong_secret_and_for_a_right_one() {
    for (String[] asked :
        new String[][] {
          {"nobody", "wrong"},
          {"client-3", "wrong"},
          {"rotating", "wrong"},
          {"rotating", "the old secret"},
          {"client-3", "secret-of-client-3"},
          {"nobody", "secret-of-client-3"}
        }) {
      assertThat(hashesOf(asked[0], asked[1], HERE)).as("%s, %s", asked[0], asked[1]).isEqualTo(2);
    }
  }

  @Test
  void who_fails_from_one_address_is_limited_and_keeps_out_nobody_elsewhere_or_at_work() {
    in("client-4", "secret-of-client-4", HERE);
    in("client-5", "secret-of-client-5", ELSEWHERE);
    failFrom(HERE);
    int before = encoder.hashes.get();
    assertThatThrownBy(() -> in("client-0", "a wrong secret", HERE))
        .isInstanceOfSatisfying(
            TooManyLogins.class,
            refused -> assertThat(refused.retryAfterSeconds()).isBetween(1L, 61L))
        .hasMessageContaining("have failed");
    assertThat(encoder.hashes).hasValue(before);
    assertThat(in("client-4", "secret-of-client-4", HERE)).isEqualTo("client-4");
    assertThat(in("client-0", "secret-of-client-0", ELSEWHERE)).isEqualTo("client-0");
  }

  @Test
  void who_may_guess_no_more_does_not_learn_what_is_right_from_those_elsewhere() {
    in("client-6", "secret-of-client-6", ELSEWHERE);
    failFrom(HERE);
    Throwable right = catchThrowable(() -> in("client-6", "secret-of-client-6", HERE));
    Throwable wrong = catchThrowable(() -> in("client-6", "a wrong secret", HERE));
    assertThat(right).isInstanceOf(TooManyLogins.class).hasMessage(wrong.getMessage());
  }

  @Test
  void an_address_of_ip6_is_as_good_as_all_of_its_network() {
    assertThat(Network.of("2001:db8:1:2:3:4:5:6")).isEqualTo(Network.of("2001:db8:1:2::9"));
    assertThat(Network.of("2001:db8:1:3::9")).isNotEqualTo(Network.of("2001:db8:1:2::9"));
    assertThat(Network.of("192.0.2.7")).isEqualTo("192.0.2.7");
  }

  @Test
  void neither_a_scope_nor_a_port_nor_another_way_to_write_it_makes_another_address() {
    for (String same :
        List.of("fe80::2%eth0", "fe80::3%7", "fe80:0:0:0:9:9:9:9%nowhere", "fe80::")) {
      assertThat(Network.of(same)).as(same).isEqualTo(Network.of("fe80::1"));
    }
    assertThat(Network.of("::ffff:192.0.2.7")).isEqualTo("192.0.2.7");
    assertThat(Network.of("192.0.2.7:4711")).isEqualTo("192.0.2.7");
    assertThat(Network.of("[2001:db8::1]:4711")).isEqualTo(Network.of("2001:db8::2"));
    assertThat(Network.of("010.1.002.3")).isEqualTo("10.1.2.3");
  }

  @Test
  void what_is_no_address_is_one_and_never_looked_up() {
    for (String none :
        List.of(
            "",
            "unknown",
            "localhost",
            "1:2",
            ".:",
            "[localhost]",
            "256.1.1.1",
            "1.2.3",
            "::g",
            "4",
            "1".repeat(9_000) + ":",
            "_hidden",
            "1.2.3.4.5",
            "[1.2.3.4]")) {
      assertThat(Network.of(none)).as(none).isEqualTo(Network.NOWHERE);
      assertThat(Network.address(none)).as(none).isEqualTo(Network.NOWHERE);
    }
    assertThat(Network.address("[2001:db8::1]:4711")).isEqualTo("2001:db8:0:0:0:0:0:1");
  }
}
