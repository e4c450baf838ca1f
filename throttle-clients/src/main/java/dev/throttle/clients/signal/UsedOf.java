package dev.throttle.clients.signal;

import dev.throttle.core.Signal.Quota;

/** What is used of a limit, written {@code 32/40}. */
final class UsedOf {

  private UsedOf() {}

  static Quota parse(String text) throws MalformedFieldException {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new MalformedFieldException(text, "is not what is used of a limit");
    }
    return LimitFields.of(
        Quota.used(Numbers.count(text.substring(0, slash).strip())),
        Numbers.count(text.substring(slash + 1).strip()));
  }
}
