package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The buckets of a {@link MixedHistory}, and all that is changed of them while calls wait. */
final class MixedBuckets {

  private final Dice dice;
  private final FakeTime time;
  private final MixedOracle oracle;
  private final Diary diary;
  private final Buckets registry;
  private final List<String> names = new ArrayList<>();
  private final List<Path> paths = new ArrayList<>();

  /** What limits the buckets of keys have: by name, and of single keys. */
  private final Map<String, List<Limit>> limitsOf = new HashMap<>();

  /** The bucket that was last seen of a key. */
  private final Map<String, WeakReference<Bucket>> seen = new HashMap<>();

  final RandomLimits limits;
  boolean off;

  MixedBuckets(Dice dice, FakeTime time, Executor executor, MixedOracle oracle, Diary diary) {
    this.dice = dice;
    this.time = time;
    this.oracle = oracle;
    this.diary = diary;
    limits = new RandomLimits(dice);
    registry = Buckets.builder().timeSource(time).executor(executor).build();
    for (int i = 1 + dice.below(3); i > 0; i--) {
      define("b" + i);
    }
    for (int i = dice.pick(50, 40, 10); i > 0; i--) {
      defineKeyed("k" + i);
    }
    for (int i = 1 + dice.below(4); i > 0; i--) {
      addPath();
    }
  }

  private void define(String name) {
    int maxQueue = dice.chance(10) ? dice.below(4) : Bucket.DEFAULT_MAX_QUEUE;
    List<Limit> some = limits.some();
    registry.define(name, some, maxQueue);
    oracle.add(new Account(name, null, some, maxQueue, time));
    names.add(name);
  }

  private void defineKeyed(String name) {
    List<Limit> some = limits.some();
    limitsOf.put(name, some);
    registry.defineKeyed(
        name, some, key -> limitsOf(name, key), 3 + dice.below(4), Bucket.DEFAULT_MAX_QUEUE);
    names.add(name);
  }

  private List<Limit> limitsOf(String name, Object key) {
    List<Limit> own = limitsOf.get(Account.id(name, key));
    return own == null ? Objects.requireNonNull(limitsOf.get(name)) : own;
  }

  private boolean isKeyed(String name) {
    return limitsOf.containsKey(name);
  }

  private void addPath() {
    List<String> some = new ArrayList<>(names);
    Collections.shuffle(some, dice.random);
    List<String> parts = List.copyOf(some.subList(0, 1 + dice.below(Math.min(3, some.size()))));
    if (paths.stream().noneMatch(other -> other.parts.equals(parts))) {
      boolean keyed = parts.stream().anyMatch(this::isKeyed);
      paths.add(
          keyed
              ? new Path(parts, null, keyedThrottle(parts))
              : new Path(parts, registry.throttle(parts.toArray(new String[0])), null));
    }
  }

  private KeyedThrottle keyedThrottle(List<String> parts) {
    return registry.keyedThrottle(parts.toArray(new String[0]));
  }

  // ---- what calls pass together

  /** A throttle, or one that is made for each call's keys. */
  private record Path(
      List<String> parts, @Nullable Throttle throttle, @Nullable KeyedThrottle keyed) {

    Throttle of(List<Object> keys) {
      return throttle == null ? Objects.requireNonNull(keyed).ofEach(keys) : throttle;
    }
  }

  /**
   * What a call is to pass.
   *
   * @param place tells paths and keys apart
   */
  record Passage(Throttle throttle, List<Account> accounts, Object place) {}

  /** Returns what some call is to pass, or null if it has a key too many. */
  @Nullable Passage passage() {
    Path path = dice.oneOf(paths);
    List<Account> accounts = new ArrayList<>();
    List<Object> keys = new ArrayList<>();
    for (String part : path.parts) {
      Object key = isKeyed(part) ? "key" + dice.below(6) : null;
      if (key != null) {
        keys.add(key);
        oracle.add(new Account(part, key, limitsOf(part, key), Bucket.DEFAULT_MAX_QUEUE, time));
      }
      accounts.add(oracle.account(part, key));
    }
    try {
      Throttle throttle = path.of(keys);
      for (int i = 0; i < accounts.size(); i++) {
        Account account = accounts.get(i);
        see(account);
        if (throttle.buckets().get(i).passing) {
          // A key too many of what holds nobody up: it counts for this call only.
          diary.count("passing", 1);
          accounts.set(i, account.anew(time));
        }
      }
      return new Passage(throttle, accounts, List.of(path.parts, keys));
    } catch (ThrottledException tooMany) {
      diary.count("refused: " + tooMany.reason(), 1);
      oracle.assertThatKeysAreInUse(tooMany, registry.keyed(tooMany.bucket()).maxKeys());
      return null;
    }
  }

  /** Counts the buckets of keys that were not only forgotten, but are gone. */
  private void see(Account account) {
    Bucket bucket = find(account);
    if (account.key != null && bucket != null) {
      WeakReference<Bucket> before = seen.put(account.toString(), new WeakReference<>(bucket));
      diary.count("made anew", before != null && before.get() == null ? 1 : 0);
    }
  }

  /** Returns the bucket of an account, or null if its key has none at present. */
  @Nullable Bucket find(Account account) {
    return account.key == null
        ? registry.bucket(account.name)
        : registry.keyed(account.name).find(account.key);
  }

  private Account some() {
    return dice.oneOf(oracle.accounts());
  }

  // ---- live changes

  void changeLimit() {
    Account account = some();
    change(account, limits.changed(account.limits()));
  }

  /** Nobody wants to wait for months. */
  void shorten(Account account) {
    if (account.limits().stream().anyMatch(limit -> limit.period().toDays() > 0)) {
      change(account, account.limits().stream().map(RandomLimits::shortened).toList());
    }
  }

  private void change(Account account, List<Limit> changed) {
    diary.note("changed", account + " to " + changed);
    oracle.change(account, changed);
    if (account.key == null) {
      registry.bucket(account.name).change(changed);
    } else {
      limitsOf.put(account.toString(), changed);
      registry.keyed(account.name).refresh(account.key);
    }
  }

  /** Not of a key: what is set on its bucket by hand lasts as long as the bucket. */
  void resetAt() {
    Account account = some();
    Bucket bucket = find(account);
    if (account.key != null || bucket == null) {
      return;
    }
    long at = time.elapsed() + dice.partOf(2.0 * limits.longest) - dice.partOf(limits.longest);
    bucket.resetAt(Instant.ofEpochSecond(0, time.wallAt(at)));
    oracle.change(account, bucket.limits());
    for (Ledger ledger : account.ledgers) {
      if (ledger.limit().windows() != null) {
        diary.note("reset", account + " at " + at);
        assertThat(ledger.endOfWindow(at - 1)).as("%s begins a window", account).isEqualTo(at);
      }
    }
  }

  void changeMode() {
    String name = dice.oneOf(names);
    Mode mode = List.of(Mode.values()).get(dice.pick(60, 20, 20));
    diary.note("mode changed", name + " to " + mode);
    oracle.change(name, mode);
    if (isKeyed(name)) {
      registry.keyed(name).change(mode);
    } else {
      registry.bucket(name).change(mode);
    }
  }

  void switchOver() {
    off = !off;
    diary.note("switched", off ? "off" : "on");
    oracle.switchOff(off);
    registry.setEnabled(!off);
  }

  void pause() {
    Account account = some();
    Bucket bucket = find(account);
    if (bucket != null) {
      long nanos = dice.chance(10) ? Nanos.FOR_EVER : dice.partOf(2.0 * limits.longest);
      diary.note("paused", account + " for " + nanos);
      account.pause(time.elapsed(), nanos);
      bucket.pause(Duration.ofNanos(nanos));
    }
  }

  void resume() {
    resume(some());
  }

  void resume(Account account) {
    Bucket bucket = find(account);
    if (bucket != null) {
      diary.note("resumed", account.toString());
      oracle.resume(account);
      bucket.resume();
    }
  }

  // ---- what buckets say of themselves

  /** Looks at some bucket; one that was forgotten is gone for good with the garbage. */
  void observe(boolean collectGarbage) {
    Account account = some();
    if (find(account) == null && collectGarbage) {
      // Keyed throttles remember buckets, too.
      paths.replaceAll(
          path ->
              path.keyed == null ? path : new Path(path.parts, null, keyedThrottle(path.parts)));
      System.gc();
    }
    diary.count("forgotten", find(account) == null ? 1 : 0);
    observe(account);
  }

  void observe(Account account) {
    Bucket bucket = find(account);
    if (bucket == null) {
      oracle.assertThatItIsIdle(account);
    } else {
      oracle.assertThatItIsSaid(account, bucket.snapshot());
    }
  }
}
