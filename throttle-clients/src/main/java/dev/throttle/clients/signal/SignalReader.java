package dev.throttle.clients.signal;

import dev.throttle.core.Signal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reads what a provider says of its limits with an answer: {@code Retry-After}, {@code RateLimit}
 * in its drafts, {@code X-RateLimit-*}, and the fields of some well-known providers.
 *
 * <p>Nothing that an answer may hold makes it throw. What it cannot understand is left out, and
 * said in the log at debug level: a quota of which one part is malformed, never the other quotas.
 * Several families of fields in one answer give all their quotas, equal ones once; quotas of an
 * answer that a cache kept ({@code Age} above 0) are left out, for they are not those of now.
 *
 * <p>Times are durations from the arrival of the answer, rounded up, at most {@link Long#MAX_VALUE}
 * nanoseconds. Points in time are compared with the answer's own {@code Date}, so that a wrong
 * clock here does no harm; only without it the clock is asked.
 *
 * <p>Safe for use by many threads; never blocks. An answer that says nothing costs about two dozen
 * look-ups of a header.
 */
public final class SignalReader {

  private static final List<Family> FAMILIES = families();

  private final Clock clock;

  private SignalReader(Clock clock) {
    this.clock = clock;
  }

  /** Returns a reader that asks the clock of this machine where an answer has no {@code Date}. */
  public static SignalReader create() {
    return create(Clock.systemUTC());
  }

  /** Returns a reader that asks this clock where an answer has no {@code Date}. */
  public static SignalReader create(Clock clock) {
    return new SignalReader(Objects.requireNonNull(clock, "clock must not be null."));
  }

  /**
   * Returns what an answer says of its provider's limits; {@link Signal#nothing()} if nothing.
   *
   * @param status of the answer, 429 for example
   * @param headers of the answer
   */
  public Signal read(int status, Headers headers) {
    Answer answer =
        new Answer(status, Objects.requireNonNull(headers, "headers must not be null."), clock);
    for (Family family : FAMILIES) {
      try {
        family.read(answer);
      } catch (MalformedFieldException e) {
        answer.leaveOut(e);
      }
    }
    return answer.signal();
  }

  private static List<Family> families() {
    List<Family> families = new ArrayList<>();
    families.add(new RetryAfter()); // first: what others say of a pause gives way to it
    families.add(new RateLimit());
    families.add(new RateLimitRemaining());
    families.addAll(XRateLimit.FAMILIES);
    families.addAll(OpenAiLimit.FAMILIES);
    families.addAll(AnthropicLimit.FAMILIES);
    families.add(new ShopifyCallLimit());
    families.add(new SalesforceLimitInfo());
    families.addAll(BinanceUsage.FAMILIES);
    return List.copyOf(families);
  }
}
