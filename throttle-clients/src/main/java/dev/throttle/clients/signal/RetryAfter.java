package dev.throttle.clients.signal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code Retry-After} of <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110,
 * 10.2.3</a>: seconds, or a date.
 *
 * <p>Read where it means that calls are refused: with 429 and 503; with 403, which is <a
 * href="https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api">GitHub's
 * answer</a> to who is too fast; with 418, which is <a
 * href="https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits">Binance's</a> to
 * who goes on after a 429. With a redirect it is about something else.
 *
 * <p>More generous than the RFC where providers are: Shopify sends a fraction of seconds. Of
 * several lines the longest wait counts.
 */
final class RetryAfter implements Family {

  @Override
  public void read(Answer answer) throws MalformedFieldException {
    switch (answer.status()) {
      case 403, 418, 429, 503 -> {
        for (String line : answer.lines("Retry-After")) {
          try {
            answer.retryAfter(longer(answer.retryAfter(), wait(line.strip(), answer)));
            if (answer.status() != 503) { // which may have any reason
              answer.refused();
            }
          } catch (MalformedFieldException e) {
            answer.leaveOut(e); // another line may be well-formed
          }
        }
      }
      default -> {}
    }
  }

  private static Duration longer(@Nullable Duration known, Duration wait) {
    return known != null && known.compareTo(wait) > 0 ? known : wait;
  }

  private static Duration wait(String text, Answer answer) throws MalformedFieldException {
    return text.indexOf(':') >= 0
        ? answer.until(answer.httpDate(text))
        : Durations.ofSeconds(Numbers.decimal(text));
  }
}
