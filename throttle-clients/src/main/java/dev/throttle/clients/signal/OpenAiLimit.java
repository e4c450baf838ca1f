package dev.throttle.clients.signal;

import dev.throttle.core.Signal.Quota;
import java.util.List;

/**
 * The limits of <a href="https://developers.openai.com/api/docs/guides/rate-limits">OpenAI</a>, and
 * of others who serve language models as it does: {@code x-ratelimit-limit-requests}, {@code
 * x-ratelimit-remaining-requests} and {@code x-ratelimit-reset-requests}, and the same for tokens.
 * The reset is the time until all is left again, {@code 6m0s} for example. {@code -1}, which <a
 * href="https://learn.microsoft.com/en-us/answers/questions/5625878/">Azure</a> sends where there
 * is no limit, says nothing.
 */
final class OpenAiLimit implements Family {

  static final List<Family> FAMILIES =
      List.of(new OpenAiLimit("requests"), new OpenAiLimit("tokens"));

  private final LimitFields fields;

  private OpenAiLimit(String unit) {
    fields =
        new LimitFields(
            "x-ratelimit-limit-" + unit,
            "x-ratelimit-remaining-" + unit,
            "x-ratelimit-reset-" + unit);
  }

  @Override
  public void read(Answer answer) throws MalformedFieldException {
    Quota quota = fields.read(answer);
    if (quota != null) {
      answer.add(quota);
    }
  }
}
