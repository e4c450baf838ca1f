package dev.throttle.test;

import dev.throttle.core.TimeSource;
import dev.throttle.test.LimitHeaders.Standing;
import dev.throttle.test.ProviderCounter.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a provider decides and remembers: its limits, who was counted when, and the log.
 *
 * <p>One lock guards it all, and the clock is read under it, so the order of decisions is the order
 * of their ticks, for the strangers' calls too.
 */
final class Ledger {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition quiet = lock.newCondition();
  private final TimeSource time;
  private final long startTick;
  private final List<Post> posts;
  private final List<Stranger> strangers;
  private final SplittableRandom random;
  private final List<Counted> accepted = new ArrayList<>();
  private final List<ProviderCall> answered = new ArrayList<>();
  private int refused;
  private int inFlight;
  private long strangersAccepted;

  Ledger(TimeSource time, List<Rule> rules, List<Stranger.Habit> habits, long seed) {
    this.time = time;
    this.startTick = time.nanos();
    this.posts = posts(rules);
    this.random = new SplittableRandom(seed);
    this.strangers = habits.stream().map(habit -> habit.stranger(random.nextLong())).toList();
  }

  /** A limit and the paths that it is for. */
  record Rule(PathPrefix prefix, ProviderLimit limit) {}

  /** What was decided of a call, when, and where each of its limits then stood. */
  record Verdict(boolean accepted, long countedNanos, List<Standing> standings) {}

  /** When a call arrived, and the delays that were drawn for it. */
  record Arrival(long arrivedNanos, long beforeNanos, long afterNanos) {}

  private record Post(PathPrefix prefix, String name, Gate gate) {}

  private record Counted(String path, long nanos) {}

  private static List<Post> posts(List<Rule> rules) {
    Map<PathPrefix, Integer> seen = new LinkedHashMap<>();
    List<Post> posts = new ArrayList<>();
    for (Rule rule : rules) {
      int nth = seen.merge(rule.prefix(), 1, Integer::sum);
      String name = rule.prefix().text() + (nth == 1 ? "" : "#" + nth);
      posts.add(new Post(rule.prefix(), name, new Gate(rule.limit())));
    }
    return posts;
  }

  Arrival arrive(Jitter before, Jitter after) {
    return locked(
        () -> {
          inFlight++;
          return new Arrival(now(), before.draw(random), after.draw(random));
        });
  }

  Verdict count(String path) {
    return locked(() -> decide(path, now()));
  }

  /** Writes the log before the answer is sent, so whoever has an answer finds it in the log. */
  void answered(ProviderRequest request, Arrival arrival, Verdict verdict, int status) {
    lock.lock();
    try {
      answered.add(
          new ProviderCall(
              request,
              arrival.arrivedNanos(),
              verdict.countedNanos(),
              now(),
              status,
              verdict.accepted()));
    } finally {
      lock.unlock();
    }
  }

  void leave() {
    lock.lock();
    try {
      inFlight--;
      if (inFlight == 0) {
        quiet.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  boolean awaitQuiet(Duration atMost) throws InterruptedException {
    long left = Nanos.of(atMost);
    lock.lock();
    try {
      while (inFlight > 0 && left > 0) {
        left = quiet.awaitNanos(left);
      }
      return inFlight == 0;
    } finally {
      lock.unlock();
    }
  }

  List<ProviderCall> log() {
    return locked(
        () ->
            answered.stream()
                .sorted(Comparator.comparingLong(ProviderCall::countedNanos))
                .toList());
  }

  int accepted() {
    return locked(accepted::size);
  }

  int refused() {
    return locked(() -> refused);
  }

  int inFlight() {
    return locked(() -> inFlight);
  }

  long strangersAccepted() {
    return locked(
        () -> {
          countStrangers(now());
          return strangersAccepted;
        });
  }

  int maxInAnyWindow(PathPrefix prefix, long windowNanos) {
    long[] ticks =
        locked(
            () ->
                accepted.stream()
                    .filter(call -> prefix.covers(call.path()))
                    .mapToLong(Counted::nanos)
                    .toArray());
    int most = 0;
    for (int first = 0, last = 0; last < ticks.length; last++) {
      while (ticks[last] - ticks[first] >= windowNanos) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  private <T> T locked(Supplier<T> question) {
    lock.lock();
    try {
      return question.get();
    } finally {
      lock.unlock();
    }
  }

  private long now() {
    return time.nanos() - startTick;
  }

  private Verdict decide(String path, long now) {
    countStrangers(now);
    List<Post> passed = passedBy(path);
    List<Answer> answers = counter(passed).countEach(now);
    boolean passes = ProviderCounter.tightest(answers).accepted();
    if (passes) {
      accepted.add(new Counted(path, now));
    } else {
      refused++;
    }
    List<Standing> standings = new ArrayList<>(answers.size());
    for (int i = 0; i < answers.size(); i++) {
      Post post = passed.get(i);
      standings.add(new Standing(post.name(), post.gate().limit, answers.get(i)));
    }
    return new Verdict(passes, now, standings);
  }

  private List<Post> passedBy(String path) {
    return posts.stream().filter(post -> post.prefix().covers(path)).toList();
  }

  /** Posts are in the order of their gates' numbers, so answers come in the order of posts. */
  private static ProviderCounter counter(List<Post> posts) {
    return ProviderCounter.together(posts.stream().map(Post::gate));
  }

  private void countStrangers(long now) {
    for (Stranger next = earliest(); next != null && next.nextNanos() <= now; next = earliest()) {
      List<Answer> answers = counter(passedBy(next.path)).countEach(next.nextNanos());
      if (ProviderCounter.tightest(answers).accepted()) {
        strangersAccepted++;
      }
      next.goOn();
    }
  }

  private @Nullable Stranger earliest() {
    Stranger earliest = null;
    for (Stranger stranger : strangers) {
      if (earliest == null || stranger.nextNanos() < earliest.nextNanos()) {
        earliest = stranger;
      }
    }
    return earliest;
  }
}
