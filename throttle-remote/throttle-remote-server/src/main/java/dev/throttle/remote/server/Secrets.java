package dev.throttle.remote.server;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

/** How secrets are made, and hashed. */
final class Secrets {

  private static final int SHORTEST = 16;

  private Secrets() {}

  /**
   * Returns what hashes with Argon2id, the only kind that is known here: so all hashes take about
   * as long. 19 MiB and two rounds are what OWASP recommends. A hash names its own numbers.
   */
  static PasswordEncoder encoder() {
    return encoder(19 << 10, 2);
  }

  static PasswordEncoder encoder(int kibibytes, int rounds) {
    return new DelegatingPasswordEncoder(
        "argon2id", Map.of("argon2id", new Argon2PasswordEncoder(16, 32, 1, kibibytes, rounds)));
  }

  /** Returns a new secret of 256 random bits. */
  static String random() {
    byte[] bits = new byte[32];
    new SecureRandom().nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  /**
   * Returns the hash of a secret.
   *
   * @throws IllegalArgumentException if it is too short
   */
  static String hash(String secret) {
    if (secret.length() < SHORTEST) {
      throw new IllegalArgumentException(
          "a secret must have at least "
              + SHORTEST
              + " characters. Fix: let one be made, by --new-secret.");
    }
    return Objects.requireNonNull(encoder().encode(secret));
  }
}
