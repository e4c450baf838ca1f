package dev.throttle.test;

import dev.throttle.test.ProviderCounter.Answer;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a provider tells of its limits, in every dialect at once: {@code RateLimit} and {@code
 * RateLimit-Policy} (draft-ietf-httpapi-ratelimit-headers-10), {@code X-RateLimit-*} of the limit
 * that is nearest to refusing, and {@code Retry-After} when it refuses what may pass later.
 * Seconds, rounded up.
 *
 * <p>A bucket that gains 2 per second and holds 40 is told as 40 per 20 seconds: so no more than
 * the quota is ever said to remain, and no reset is further away than the window is long.
 */
final class LimitHeaders {

  private LimitHeaders() {}

  /** What one limit, under its name, said to one call. */
  record Standing(String name, ProviderLimit limit, Answer answer) {

    String policy() {
      long window = Nanos.secondsUp(Nanos.of(limit.refill()));
      return "\"" + name + "\";q=" + limit.capacity() + ";w=" + window;
    }

    String state() {
      return "\"" + name + "\";r=" + answer.remaining() + ";t=" + resetSeconds();
    }

    long resetSeconds() {
      return Nanos.secondsUp(answer.resetInNanos());
    }
  }

  static Map<String, String> of(Ledger.Verdict verdict) {
    List<Standing> standings = verdict.standings();
    Map<String, String> headers = new LinkedHashMap<>();
    standings.stream()
        .min(
            Comparator.comparingInt((Standing standing) -> standing.answer().remaining())
                .thenComparing(standing -> -standing.answer().resetInNanos()))
        .ifPresent(
            tightest -> {
              headers.put("RateLimit-Policy", list(standings, Standing::policy));
              headers.put("RateLimit", list(standings, Standing::state));
              headers.put("X-RateLimit-Limit", Integer.toString(tightest.limit().capacity()));
              headers.put("X-RateLimit-Remaining", Integer.toString(tightest.answer().remaining()));
              headers.put("X-RateLimit-Reset", Long.toString(tightest.resetSeconds()));
            });
    long retryInNanos =
        standings.stream().mapToLong(standing -> standing.answer().retryInNanos()).max().orElse(0);
    if (!verdict.accepted() && !standings.isEmpty() && retryInNanos < Tally.NEVER) {
      // At least 1: a client that is told 0 would come back at once.
      headers.put("Retry-After", Long.toString(Math.max(1, Nanos.secondsUp(retryInNanos))));
    }
    return headers;
  }

  private static String list(List<Standing> standings, Function<Standing, String> item) {
    return standings.stream().map(item).collect(Collectors.joining(", "));
  }
}
