package dev.throttle.remote.server;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.throttle.core.Buckets;
import dev.throttle.core.KeyedThrottle;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/**
 * Knows clients by id and secret.
 *
 * <p>To hash a secret takes some hundredths of a second and much memory, and a client asks each
 * second. So what was right is remembered for ten minutes after its last use, not by the secret but
 * by a keyed hash of id and secret, whose key is random and only in memory. Secrets do not change
 * while the server runs, so nothing that is remembered can be out of date.
 *
 * <p>What is not remembered pays a permit of its address before anything is hashed, and gets it
 * back if it was right; so nobody can try many secrets, nor have many hashed. Who is remembered
 * does not, so that nobody who fails on purpose locks out clients that are at work. And only some
 * are hashed at once.
 */
final class Login implements AuthenticationProvider {

  private static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final int MOST_ADDRESSES = 100_000;

  private final Clients clients;
  private final Audit audit;
  private final Cache<ByteBuffer, Client> verified;
  private final SecretKeySpec key;
  private final KeyedThrottle attempts;
  private final Throttle hashing;

  Login(Clients clients, Audit audit, Buckets buckets) {
    this.clients = clients;
    this.audit = audit;
    this.verified =
        Caffeine.newBuilder().maximumSize(clients.secrets()).expireAfterAccess(REMEMBERED).build();
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, "HmacSHA256");
    List<Limit> some = List.of(Limit.of(20, Duration.ofMinutes(1)));
    buckets.defineKeyed("server/logins", some, address -> some, MOST_ADDRESSES, 0);
    buckets.define(
        "server/hashing",
        Limit.concurrent(Math.max(2, Runtime.getRuntime().availableProcessors())));
    this.attempts = buckets.keyedThrottle("server/logins");
    this.hashing = buckets.throttle("server/hashing").withMaxWait(Duration.ofSeconds(5));
  }

  @Override
  public Authentication authenticate(Authentication asked) {
    String id = asked.getName();
    String secret = String.valueOf(asked.getCredentials());
    ByteBuffer digest = digest(id, secret);
    Client known = verified.getIfPresent(digest);
    if (known == null) {
      known = verify(id, secret, addressOf(asked));
      verified.put(digest, known);
    }
    return UsernamePasswordAuthenticationToken.authenticated(
        known,
        null,
        known.roles().stream().map(role -> new SimpleGrantedAuthority("ROLE_" + role)).toList());
  }

  private Client verify(String id, String secret, String address) {
    Permit attempt = attempt(address);
    if (attempt == null) {
      audit.loginFailed(id, address, "too many attempts from there");
      throw new TooManyLogins();
    }
    Client found;
    try (Permit permit = hashing.acquire()) {
      found = clients.find(id, secret);
    } catch (ThrottledException e) {
      attempt.giveBack();
      throw new TooManyLogins();
    }
    if (found == null) {
      attempt.complete();
      audit.loginFailed(id, address, "unknown, or the secret is wrong");
      throw new BadCredentialsException("id or secret is wrong.");
    }
    attempt.giveBack();
    return found;
  }

  private @Nullable Permit attempt(String address) {
    try {
      return attempts.of(address).tryAcquire();
    } catch (ThrottledException e) {
      return null; // more addresses than are told apart
    }
  }

  private ByteBuffer digest(String id, String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      byte[] name = id.getBytes(StandardCharsets.UTF_8);
      mac.update(ByteBuffer.allocate(4).putInt(name.length).flip());
      mac.update(name);
      return ByteBuffer.wrap(mac.doFinal(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JVM has it
    }
  }

  private static String addressOf(Authentication asked) {
    return asked.getDetails() instanceof WebAuthenticationDetails details
        ? network(details.getRemoteAddress())
        : "";
  }

  /** Returns the address, or of IPv6 the network of 64 bits, which one customer has for himself. */
  static String network(String address) {
    try {
      return InetAddress.getByName(address) instanceof Inet6Address six
          ? InetAddress.getByAddress(Arrays.copyOf(Arrays.copyOf(six.getAddress(), 8), 16))
              .getHostAddress()
          : address;
    } catch (UnknownHostException e) {
      return address;
    }
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
  }

  /** Nothing was looked at. */
  static final class TooManyLogins extends AuthenticationException {

    private static final long serialVersionUID = 1L;

    TooManyLogins() {
      super("too many attempts from this address: wait a minute.");
    }
  }
}
