package dev.throttle.clients.signal;

import dev.throttle.core.Signal.Quota;
import java.util.List;
import java.util.stream.Stream;

/**
 * The limits of <a href="https://platform.claude.com/docs/en/api/rate-limits">Anthropic</a>: {@code
 * anthropic-ratelimit-requests-limit}, {@code -remaining} and {@code -reset}, a date of RFC 3339;
 * and the same for tokens, those asked, those answered, and both together.
 */
final class AnthropicLimit implements Family {

  static final List<Family> FAMILIES =
      Stream.of("requests", "tokens", "input-tokens", "output-tokens")
          .<Family>map(AnthropicLimit::new)
          .toList();

  private final LimitFields fields;

  private AnthropicLimit(String unit) {
    String prefix = "anthropic-ratelimit-" + unit;
    fields = new LimitFields(prefix + "-limit", prefix + "-remaining", prefix + "-reset");
  }

  @Override
  public void read(Answer answer) throws MalformedFieldException {
    Quota quota = fields.read(answer);
    if (quota != null) {
      answer.add(quota);
    }
  }
}
