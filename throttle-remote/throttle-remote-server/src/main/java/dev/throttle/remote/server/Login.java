package dev.throttle.remote.server;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.throttle.core.Buckets;
import dev.throttle.core.KeyedThrottle;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
 * while the server runs, so nothing that is remembered can be out of date. And those who ask the
 * same at the same time, such as the instances of an application that start together, wait for one
 * hash. To guess the same at the same time tells nobody more than to guess it once.
 *
 * <p>What is not remembered pays a permit of its address before anything is hashed, and gets it
 * back only if it was right, or if another asked the same already; so nobody can try many secrets,
 * nor have many hashed, nor go on to take hashes from others who start. What is remembered pays
 * nothing where it was right before, so that nobody who fails on purpose locks out clients that are
 * at work. From another address, it must be one that may try: otherwise who may not could go on to
 * guess, and tell what is right by its being remembered.
 *
 * <p>As many are hashed at once as there are processors, and twice as many wait for that, shortly;
 * who comes beside them is refused at once, for a moment. Whoever asks the same as another waits
 * for that one's hash, and of those there are only some. So strangers, however many, hold few
 * threads, and who is remembered needs none but his own. A queue that is full by the clients of one
 * address alone leaves that address as many permits as there are places in it, unless its permits
 * are fewer: so they all get in, one after another.
 */
final class Login implements AuthenticationProvider {

  private static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final int MOST_ADDRESSES = 100_000;

  private final Clients clients;
  private final Audit audit;
  private final Cache<ByteBuffer, Client> verified;
  private final Cache<From, Boolean> atWork =
      Caffeine.newBuilder().maximumSize(MOST_ADDRESSES).expireAfterAccess(REMEMBERED).build();
  private final ConcurrentMap<ByteBuffer, CompletableFuture<@Nullable Client>> underWay =
      new ConcurrentHashMap<>();
  private final SecretKeySpec key;
  private final KeyedThrottle attempts;
  private final Throttle waiting;
  private final Throttle hashing;
  private final long patienceNanos;

  /**
   * Knows the clients.
   *
   * @param mostWaiting how many requests may be about hashes at once, with those who wait for a
   *     hash of another
   * @param patience how long one waits until he may hash; who waits for another's hash, twice that
   */
  Login(Clients clients, Audit audit, int mostWaiting, Duration patience, Buckets buckets) {
    this.clients = clients;
    this.audit = audit;
    this.verified =
        Caffeine.newBuilder().maximumSize(clients.secrets()).expireAfterAccess(REMEMBERED).build();
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, "HmacSHA256");
    List<Limit> some = List.of(Limit.of(20, Duration.ofMinutes(1)));
    buckets.defineKeyed("server/logins", some, address -> some, MOST_ADDRESSES, 0);
    buckets.define("server/waiting", Limit.concurrent(mostWaiting));
    int atOnce = Math.max(2, Runtime.getRuntime().availableProcessors());
    buckets.define("server/hashing", Limit.concurrent(atOnce), 2 * atOnce);
    this.attempts = buckets.keyedThrottle("server/logins");
    this.waiting = buckets.throttle("server/waiting");
    this.hashing = buckets.throttle("server/hashing").withMaxWait(patience);
    this.patienceNanos = patience.toNanos();
  }

  /** Where something was right. */
  private record From(ByteBuffer digest, String network) {}

  @Override
  public Authentication authenticate(Authentication asked) {
    String id = asked.getName();
    String secret = String.valueOf(asked.getCredentials());
    From from = new From(digest(id, secret), networkOf(asked));
    Client known = verified.getIfPresent(from.digest);
    if (known == null) {
      known = lookAt(from, id, secret);
    } else if (atWork.getIfPresent(from) == null) {
      attempt(from, id).giveBack();
    }
    atWork.put(from, true);
    return UsernamePasswordAuthenticationToken.authenticated(
        known,
        null,
        known.roles().stream().map(role -> new SimpleGrantedAuthority("ROLE_" + role)).toList());
  }

  private Client lookAt(From from, String id, String secret) {
    Client found;
    try (Permit permit = waiting.tryAcquire()) {
      if (permit == null) {
        throw TooManyLogins.atOnce();
      }
      found = find(from, id, secret);
    }
    if (found == null) {
      audit.loginFailed(id, from.network);
      throw new BadCredentialsException("id or secret is wrong.");
    }
    return found;
  }

  private @Nullable Client find(From from, String id, String secret) {
    CompletableFuture<@Nullable Client> first = underWay.get(from.digest);
    if (first == null) {
      Permit attempt = attempt(from, id);
      CompletableFuture<@Nullable Client> own = new CompletableFuture<>();
      first = underWay.putIfAbsent(from.digest, own);
      if (first == null) {
        return verify(own, attempt, from.digest, id, secret);
      }
      attempt.giveBack();
    }
    return of(first);
  }

  /** Takes a permit of the address. */
  private Permit attempt(From from, String id) {
    Throttle ofAddress;
    Permit attempt;
    try {
      ofAddress = attempts.of(from.network);
      attempt = ofAddress.tryAcquire();
    } catch (ThrottledException e) {
      throw TooManyLogins.atOnce(); // more addresses than are told apart
    }
    if (attempt == null) {
      audit.loginRefused(id, from.network);
      // Who is looked at may be right, and then gives his permit back.
      throw underWay.isEmpty() ? TooManyLogins.failed(ofAddress.predict()) : TooManyLogins.atOnce();
    }
    return attempt;
  }

  /** Hashes for all who ask the same meanwhile. Who was not right has spent his attempt. */
  private @Nullable Client verify(
      CompletableFuture<@Nullable Client> own,
      Permit attempt,
      ByteBuffer digest,
      String id,
      String secret) {
    Client found = verified.getIfPresent(digest); // by one that has just ended
    try {
      if (found == null) {
        try (Permit permit = hashing.acquire()) {
          found = clients.find(id, secret);
        }
      }
      if (found != null) {
        verified.put(digest, found);
      }
      own.complete(found);
      return found;
    } catch (ThrottledException e) {
      throw TooManyLogins.atOnce();
    } finally {
      own.completeExceptionally(TooManyLogins.atOnce()); // unless it is complete
      underWay.remove(digest, own);
      attempt.close(found == null);
    }
  }

  private @Nullable Client of(CompletableFuture<@Nullable Client> first) {
    try {
      return first.get(2 * patienceNanos, TimeUnit.NANOSECONDS); // it may have waited itself
    } catch (ExecutionException | TimeoutException e) {
      throw TooManyLogins.atOnce();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw TooManyLogins.atOnce();
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

  private static String networkOf(Authentication asked) {
    return asked.getDetails() instanceof WebAuthenticationDetails details
        ? Network.of(details.getRemoteAddress())
        : "";
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
  }

  /** Nothing was looked at. */
  static final class TooManyLogins extends AuthenticationException {

    private static final long serialVersionUID = 1L;

    private final long retryAfterSeconds;

    private TooManyLogins(String message, long retryAfterSeconds) {
      super(message);
      this.retryAfterSeconds = retryAfterSeconds;
    }

    /** Returns that it is for a moment; not all who are told so come back at the same time. */
    static TooManyLogins atOnce() {
      return new TooManyLogins(
          "too many log in at once: try again as Retry-After says.",
          1 + ThreadLocalRandom.current().nextInt(2));
    }

    static TooManyLogins failed(Duration wait) {
      return new TooManyLogins(
          "too many attempts from this address have failed: wait as Retry-After says.",
          Math.max(1, wait.plusNanos(999_999_999).toSeconds()));
    }

    long retryAfterSeconds() {
      return retryAfterSeconds;
    }
  }
}
