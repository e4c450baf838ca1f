package dev.throttle.remote.redis;

import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.SharedLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What the scripts are told and what they answer. Durations are whole microseconds, rounded up:
 * what rests longer than it must is safe.
 */
final class Wire {

  private static final Pattern SPACE = Pattern.compile(" ");
  private static final int HEAD = 4;
  private static final int EACH = 5;

  /** Longer ones are as good as endless, and added to the time of day they must stay exact. */
  private static final Duration LONGEST = Duration.ofDays(30 * 365);

  private Wire() {}

  static List<String> request(LeaseRequest request, Duration length, boolean learns, String now) {
    List<String> args = new ArrayList<>();
    args.add(now);
    args.add(micros(length));
    args.add(flag(learns));
    args.add(UUID.randomUUID().toString());
    args.add(request.instance());
    args.add(Long.toString(request.number()));
    args.add(flag(!request.epoch().isEmpty()));
    args.add(flag(request.leaving()));
    for (LeaseRequest.Account account : request.accounts()) {
      args.add(account.name());
      addLimit(args, account.limit());
      args.add(Integer.toString(account.held()));
      args.add(Integer.toString(account.wanted()));
      args.add(micros(account.pause()));
    }
    return args;
  }

  static List<String> change(String name, SharedLimit limit) {
    List<String> args = new ArrayList<>();
    args.add(name);
    addLimit(args, limit);
    return args;
  }

  private static void addLimit(List<String> args, SharedLimit limit) {
    args.add(Integer.toString(limit.permits()));
    args.add(micros(limit.rest()));
    args.add(micros(limit.maxCall()));
  }

  static LeaseAnswer answer(LeaseRequest request, String reply) {
    String[] words = SPACE.split(reply);
    if (words[0].equals("STALE")) {
      throw new IllegalArgumentException(
          "request "
              + request.number()
              + " of instance '"
              + request.instance()
              + "' comes after its request "
              + words[1]
              + ".");
    }
    List<LeaseRequest.Account> accounts = request.accounts();
    if (words.length != HEAD + EACH * accounts.size()) {
      throw new RedisLeaseException(
          "Redis answered request "
              + request.number()
              + " of instance '"
              + request.instance()
              + "' for other limits than it names. Fix: give each instance a name of its own.");
    }
    List<LeaseAnswer.Lease> leases = new ArrayList<>();
    for (int i = 0; i < accounts.size(); i++) {
      int at = HEAD + EACH * i;
      SharedLimit limit =
          new SharedLimit(
              Integer.parseInt(words[at + 1]), duration(words[at + 2]), duration(words[at + 3]));
      leases.add(
          new LeaseAnswer.Lease(
              accounts.get(i).name(), Integer.parseInt(words[at]), limit, duration(words[at + 4])));
    }
    return new LeaseAnswer(words[1], duration(words[2]), Integer.parseInt(words[3]), leases);
  }

  private static String flag(boolean set) {
    return set ? "1" : "0";
  }

  private static String micros(Duration duration) {
    Duration exact = duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
    return Long.toString(Math.floorDiv(exact.toNanos() + 999, 1_000));
  }

  private static Duration duration(String micros) {
    return Duration.ofNanos(Math.multiplyExact(Long.parseLong(micros), 1_000L));
  }
}
