package dev.throttle.test;

import dev.throttle.core.TimeSource;
import dev.throttle.test.LimitHeaders.Standing;
import dev.throttle.test.ProviderCounter.Answer;
import dev.throttle.test.Rules.Charge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
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
  private final Rules rules;
  private final List<Stranger> strangers;
  private final SplittableRandom random;
  private final List<Counted> accepted = new ArrayList<>();
  private final List<ProviderCall> answered = new ArrayList<>();
  private int refused;
  private int inFlight;
  private long strangersAccepted;

  Ledger(TimeSource time, Rules rules, List<Stranger.Habit> habits, long seed) {
    this.time = time;
    this.startTick = time.nanos();
    this.rules = rules;
    this.random = new SplittableRandom(seed);
    this.strangers = habits.stream().map(habit -> habit.stranger(random.nextLong())).toList();
  }

  /** What was decided of a call, when, and where each of its limits then stood. */
  record Verdict(boolean accepted, int cost, long countedNanos, List<Standing> standings) {}

  /** When a call arrived, and the delays that were drawn for it. */
  record Arrival(long arrivedNanos, long beforeNanos, long afterNanos) {}

  private record Counted(ProviderRequest request, long nanos) {}

  Arrival arrive(Jitter before, Jitter after) {
    return locked(
        () -> {
          inFlight++;
          return new Arrival(now(), before.draw(random), after.draw(random));
        });
  }

  Verdict count(ProviderRequest request, Charge charge) {
    return locked(() -> decide(request, charge, now()));
  }

  /** Of a request that meets no limit because nobody can tell which. */
  Verdict unreadable() {
    return locked(() -> new Verdict(false, 0, now(), List.of()));
  }

  /** Writes the log before the answer is sent, so whoever has an answer finds it in the log. */
  void answered(ProviderRequest request, Arrival arrival, Verdict verdict, int status) {
    lock.lock();
    try {
      answered.add(
          new ProviderCall(
              request,
              verdict.cost(),
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

  int maxInAnyWindow(Predicate<ProviderRequest> which, long windowNanos) {
    long[] ticks =
        locked(() -> List.copyOf(accepted)).stream()
            .filter(call -> which.test(call.request()))
            .mapToLong(Counted::nanos)
            .toArray();
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

  private Verdict decide(ProviderRequest request, Charge charge, long now) {
    countStrangers(now);
    List<Answer> answers = count(charge, now, time.epochNanos());
    boolean passes = ProviderCounter.tightest(answers).accepted();
    if (passes) {
      accepted.add(new Counted(request, now));
    } else {
      refused++;
    }
    List<Standing> standings = new ArrayList<>(answers.size());
    for (int i = 0; i < answers.size(); i++) {
      Rules.Named limit = charge.limits().get(i);
      standings.add(new Standing(limit.name(), limit.gate().limit, answers.get(i)));
    }
    return new Verdict(passes, charge.cost(), now, standings);
  }

  private static List<Answer> count(Charge charge, long tick, long epochNanos) {
    return Gate.countEach(charge.gates(), tick, epochNanos, charge.cost());
  }

  /** What they did since somebody looked happened on the wall clock of now. */
  private void countStrangers(long now) {
    long epochNanos = time.epochNanos();
    for (Stranger next = earliest(); next != null && next.nextNanos() <= now; next = earliest()) {
      long ago = now - next.nextNanos();
      List<Answer> answers = count(rules.chargeOf(next.path), next.nextNanos(), epochNanos - ago);
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
