package dev.throttle.test;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** What the provider answers below each prefix; the longest prefix decides. */
final class Script {

  private final Map<PathPrefix, Function<ProviderRequest, ProviderAnswer>> answers =
      new TreeMap<>(
          Comparator.comparingInt((PathPrefix prefix) -> -prefix.text().length())
              .thenComparing(PathPrefix::text));

  void put(PathPrefix prefix, Function<ProviderRequest, ProviderAnswer> answer) {
    if (answers.putIfAbsent(prefix, answer) != null) {
      throw new IllegalStateException(
          "the answer of '" + prefix.text() + "' is set already. Set it once, or compute it.");
    }
  }

  /** One answer after the other; the last one for ever. */
  static Function<ProviderRequest, ProviderAnswer> inTurn(ProviderAnswer... answers) {
    ProviderAnswer[] turns = answers.clone();
    AtomicInteger next = new AtomicInteger();
    return request -> turns[next.getAndUpdate(turn -> Math.min(turn + 1, turns.length - 1))];
  }

  /** Never throws: a mistake in the test's own function is an answer that shows it. */
  ProviderAnswer answer(ProviderRequest request) {
    for (var answer : answers.entrySet()) {
      if (answer.getKey().covers(request.path())) {
        return answered(answer.getValue(), request);
      }
    }
    return ProviderAnswer.OK;
  }

  private static ProviderAnswer answered(
      Function<ProviderRequest, ProviderAnswer> answer, ProviderRequest request) {
    try {
      return answer.apply(request);
    } catch (RuntimeException | Error failure) {
      return ProviderAnswer.mistake(500, "the scripted answer threw " + failure);
    }
  }
}
