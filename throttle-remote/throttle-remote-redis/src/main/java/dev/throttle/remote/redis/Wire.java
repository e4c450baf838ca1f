package dev.throttle.remote.redis;

import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LedgerSnapshot;
import dev.throttle.remote.lease.SharedLimit;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What the scripts are told and what they answer. Durations are whole microseconds, rounded up:
 * what rests longer than it must is safe.
 */
final class Wire {

  private Wire() {}

  /** Returns what each script is told first: how to open the ledger. */
  static List<String> ledger(String now, Duration length, boolean learns) {
    return List.of(now, micros(length), flag(learns), UUID.randomUUID().toString());
  }

  static List<String> request(LeaseRequest request) {
    List<String> args = new ArrayList<>();
    args.add(request.instance());
    args.add(Long.toString(request.number()));
    args.add(request.epoch());
    args.add(flag(request.alone()));
    args.add(flag(request.leaving()));
    for (LeaseRequest.Account account : request.accounts()) {
      args.addAll(limit(account.name(), account.limit()));
      args.add(Long.toString(account.revision()));
      args.add(micros(account.maxCall()));
      args.add(Integer.toString(account.held()));
      args.add(Integer.toString(account.use().inUse()));
      args.add(Integer.toString(account.use().waiting()));
      args.add(Integer.toString(account.use().wanted()));
      args.add(Integer.toString(account.use().dearest()));
      args.add(micros(account.pause()));
    }
    return args;
  }

  static List<String> limit(String name, SharedLimit limit) {
    return List.of(name, Integer.toString(limit.permits()), micros(limit.rest()));
  }

  static List<String> pause(String name, Duration pause) {
    return List.of(name, micros(pause));
  }

  static LeaseAnswer answer(LeaseRequest request, String reply) {
    Words words = new Words(reply);
    if (words.next().equals("STALE")) {
      throw new IllegalArgumentException(
          "request "
              + request.number()
              + " of instance '"
              + request.instance()
              + "' comes after its request "
              + words.next()
              + ".");
    }
    String epoch = words.next();
    Duration length = words.duration();
    int instances = words.number();
    List<LeaseAnswer.Lease> leases = new ArrayList<>();
    while (words.hasNext()) {
      leases.add(
          new LeaseAnswer.Lease(
              words.name(), words.number(), words.limit(), words.count(), words.duration()));
    }
    return new LeaseAnswer(epoch, length, instances, leases);
  }

  static LedgerSnapshot snapshot(String reply) {
    Words words = new Words(reply);
    words.next();
    String epoch = words.next();
    List<LedgerSnapshot.OfLimit> limits = new ArrayList<>();
    while (words.hasNext()) {
      limits.add(
          new LedgerSnapshot.OfLimit(
              words.name(), words.limit(), words.duration(), words.duration(), shares(words)));
    }
    return new LedgerSnapshot(epoch, limits);
  }

  private static List<LedgerSnapshot.Share> shares(Words words) {
    List<LedgerSnapshot.Share> shares = new ArrayList<>();
    for (int left = words.number(); left > 0; left--) {
      shares.add(
          new LedgerSnapshot.Share(words.name(), words.number(), words.use(), words.duration()));
    }
    return shares;
  }

  private static String flag(boolean set) {
    return set ? "1" : "0";
  }

  private static String micros(Duration duration) {
    return Long.toString(Math.floorDiv(duration.toNanos() + 999, 1_000));
  }

  /** A reply, word by word. */
  private static final class Words {

    private final String[] words;
    private int at;

    Words(String reply) {
      words = reply.split(" ", -1);
    }

    boolean hasNext() {
      return at < words.length;
    }

    String next() {
      return words[at++];
    }

    String name() {
      return URLDecoder.decode(next(), StandardCharsets.UTF_8);
    }

    int number() {
      return Integer.parseInt(next());
    }

    long count() {
      return Long.parseLong(next());
    }

    Duration duration() {
      return Duration.ofNanos(Math.multiplyExact(Long.parseLong(next()), 1_000L));
    }

    SharedLimit limit() {
      return new SharedLimit(number(), duration());
    }

    LeaseRequest.Use use() {
      return new LeaseRequest.Use(number(), number(), number(), number());
    }
  }
}
