package dev.throttle.remote.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LedgerSnapshot;
import dev.throttle.remote.lease.ManagedLeaseStore;
import dev.throttle.remote.lease.SharedLimit;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A ledger behind a server of Throttle, for JVMs on many machines.
 *
 * <p>Every request is one of HTTP, with id and secret of a client by Basic authentication. What it
 * says is {@link V1}. Nothing is sent again by itself: who leases says how it is then. If the
 * server says after which time it may be asked again, it is left alone for that and up to half a
 * second more, at most ten seconds; what is asked meanwhile fails at once, but for the last word of
 * an instance that leaves.
 *
 * <p>Safe for use by many threads. Nothing here blocks but {@link #close}; stages are completed by
 * threads of the JVM's HTTP client. What fails, fails with {@link HttpLeaseException}, or with
 * {@link IllegalArgumentException} where the ledger says that what was asked makes no sense.
 *
 * <p>Answers of more than 8 MiB are not read. Redirects are not followed, so that the secret goes
 * nowhere else.
 */
public final class HttpLeaseStore implements ManagedLeaseStore {

  private static final long LONGEST_ANSWER = 8L << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  static {
    JSON.getFactory()
        .setStreamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(20).build());
  }

  private final HttpClient http;
  private final String base;
  private final String id;
  private final String authorization;
  private final Duration timeout;
  private final Failures failures;
  private final Pause pause = new Pause();

  /** What was asked and is not answered yet. */
  private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  private HttpLeaseStore(Builder builder, String id, String secret) {
    this.base = builder.base;
    this.id = id;
    String credentials =
        Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
    this.authorization = "Basic " + credentials;
    this.timeout = builder.timeout;
    this.failures = new Failures(base, timeout, Set.of(secret, credentials));
    HttpClient.Builder making =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout);
    if (builder.sslContext != null) {
      making.sslContext(builder.sslContext);
    }
    this.http = making.build();
  }

  /**
   * Returns a builder of a store that asks the server at a URI, such as {@code
   * https://throttle.example.com}, with a path before that of the server if it has one.
   *
   * @throws IllegalArgumentException if it is none of {@code https} or {@code http}, or has user
   *     information, a query or a fragment
   */
  public static Builder at(URI uri) {
    String scheme = String.valueOf(uri.getScheme());
    boolean secure = scheme.equalsIgnoreCase("https");
    if ((!secure && !scheme.equalsIgnoreCase("http"))
        || uri.getHost() == null
        || uri.getRawUserInfo() != null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "the URI of the server must be https://HOST:PORT, without user, query and fragment. Fix:"
              + " give id and secret by client(id, secret).");
    }
    return new Builder(uri, secure);
  }

  @Override
  public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
    HttpRequest.Builder said = request(V1.LEASES).POST(json(V1.Renewal.of(request)));
    Function<HttpResponse<byte[]>, LeaseAnswer> reading =
        response -> read(response, V1.Answer.class).answer();
    return request.leaving() ? sendNow(said, reading) : send(said, reading);
  }

  @Override
  public CompletionStage<Void> change(String name, SharedLimit limit) {
    return send(of(V1.LIMITS, name).PUT(json(V1.Limit.of(limit))), this::done);
  }

  @Override
  public CompletionStage<Void> pause(String name, Duration pause) {
    HttpRequest.Builder request = of(V1.PAUSES, name);
    return send(
        pause.isZero() ? request.DELETE() : request.PUT(json(V1.Pause.of(pause))), this::done);
  }

  /**
   * Returns what the ledger of the client's namespace knows. Instances of this client have the
   * names that they gave themselves, those of others {@code CLIENT/INSTANCE}.
   */
  @Override
  public CompletionStage<LedgerSnapshot> snapshot() {
    return send(
        request(V1.LEDGER).GET(),
        response -> read(response, V1.Ledger.class).snapshot(this::nameOf));
  }

  private String nameOf(String client, String instance) {
    return client.equals(id) ? instance : client + "/" + instance;
  }

  /** Others that answer in the place of the server, such as a portal of a network, say 200. */
  private @Nullable Void done(HttpResponse<byte[]> response) {
    if (response.statusCode() != 204) {
      throw failures.unreadable(response.statusCode() + " where 204 says that it is done");
    }
    return null;
  }

  private HttpRequest.Builder of(String path, String name) {
    return request(path + "?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8));
  }

  private HttpRequest.Builder request(String pathAndQuery) {
    return HttpRequest.newBuilder(URI.create(base + pathAndQuery))
        .timeout(timeout)
        .header("Authorization", authorization)
        .header("Accept", "application/json");
  }

  private static HttpRequest.BodyPublisher json(Object said) {
    try {
      return BodyPublishers.ofByteArray(JSON.writeValueAsBytes(said));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // records of numbers and strings
    }
  }

  private <T> T read(HttpResponse<byte[]> response, Class<T> type) {
    T answer;
    try {
      answer = JSON.readValue(response.body(), type);
    } catch (JsonProcessingException e) {
      throw failures.unreadable(e);
    } catch (IOException e) {
      throw failures.unreadable(String.valueOf(e.getMessage()));
    }
    if (answer == null) {
      throw failures.unreadable("null");
    }
    return answer;
  }

  private <T extends @Nullable Object> CompletionStage<T> send(
      HttpRequest.Builder request, Function<HttpResponse<byte[]>, T> reading) {
    Duration left = pause.left();
    return left.isZero()
        ? sendNow(request, reading)
        : CompletableFuture.failedFuture(failures.tooEarly(left));
  }

  private <T extends @Nullable Object> CompletionStage<T> sendNow(
      HttpRequest.Builder request, Function<HttpResponse<byte[]>, T> reading) {
    if (closed) {
      return CompletableFuture.failedFuture(
          new HttpLeaseException("this store is closed.", 0, Duration.ZERO));
    }
    HttpRequest sent = request.header("Content-Type", "application/json").build();
    CompletableFuture<HttpResponse<byte[]>> asked =
        http.sendAsync(sent, headers -> new BoundedBody(LONGEST_ANSWER));
    // The time-out of the request ends with the headers of the answer; this one is for all of it.
    CompletableFuture<T> result =
        asked
            .copy()
            .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
            .thenApply(response -> understood(response, reading));
    underWay.add(result);
    return result
        .whenComplete(
            (answer, failure) -> {
              answered(result);
              asked.cancel(true); // does nothing where it is done
            })
        .exceptionally(
            failure -> {
              throw failures.explain(failure);
            });
  }

  private <T extends @Nullable Object> T understood(
      HttpResponse<byte[]> response, Function<HttpResponse<byte[]>, T> reading) {
    if (response.statusCode() != 200 && response.statusCode() != 204) {
      RuntimeException refusal = failures.refusal(response);
      if (refusal instanceof HttpLeaseException refused) {
        pause.begin(refused.retryAfter());
      }
      throw refusal;
    }
    try {
      return reading.apply(response);
    } catch (IllegalArgumentException | NullPointerException e) {
      throw failures.unreadable(String.valueOf(e.getMessage()));
    }
  }

  @SuppressWarnings("CollectionUndefinedEquality") // the very same one is meant
  private void answered(CompletableFuture<?> result) {
    underWay.remove(result);
  }

  /**
   * Refuses all that is asked from now on. What was asked before is answered first: this waits for
   * that, no longer than the time-out, so that the last word of an instance that leaves is heard.
   */
  @Override
  public void close() {
    closed = true;
    CompletableFuture.allOf(underWay.toArray(CompletableFuture<?>[]::new))
        .completeOnTimeout(null, timeout.toNanos(), TimeUnit.NANOSECONDS)
        .exceptionally(failure -> null)
        .join();
  }

  /** What a store is made with. */
  public static final class Builder {

    private final URI uri;
    private final String base;
    private final boolean secure;
    private @Nullable String id;
    private @Nullable String secret;
    private Duration timeout = Duration.ofSeconds(1);
    private @Nullable SSLContext sslContext;
    private boolean plainHttp;

    private Builder(URI uri, boolean secure) {
      this.uri = uri;
      this.secure = secure;
      String said = uri.toString();
      this.base = said.endsWith("/") ? said.substring(0, said.length() - 1) : said;
    }

    /**
     * Sets who asks; the server knows it by that id and secret.
     *
     * @throws IllegalArgumentException if one is blank, or the id has a colon
     */
    public Builder client(String id, String secret) {
      if (id.isBlank() || id.indexOf(':') >= 0 || secret.isBlank()) {
        throw new IllegalArgumentException(
            "id and secret of a client must not be blank, and the id must not have a colon.");
      }
      this.id = id;
      this.secret = secret;
      return this;
    }

    /**
     * Sets how long an answer may take, connecting included; the default is a second. The server
     * may hear a request all the same, and it does no harm.
     */
    public Builder timeout(Duration timeout) {
      if (timeout.isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException("timeout must be more than PT0S, but was " + timeout);
      }
      this.timeout = timeout;
      return this;
    }

    /** Sets by which certificates the server is trusted; the default is those of the JVM. */
    public Builder sslContext(SSLContext context) {
      this.sslContext = Objects.requireNonNull(context, "context must not be null.");
      return this;
    }

    /**
     * Allows {@code http} to other machines, over which everybody on the way can read the secret.
     * Only for networks that encrypt by themselves.
     */
    public Builder allowPlainHttp() {
      this.plainHttp = true;
      return this;
    }

    /**
     * Returns the store. Nothing is asked yet.
     *
     * @throws IllegalStateException if no client is given, or the URI is {@code http} to another
     *     machine
     */
    public HttpLeaseStore build() {
      if (id == null || secret == null) {
        throw new IllegalStateException(
            "no client is given. Fix: give id and secret by client(id, secret).");
      }
      if (!secure && !plainHttp && !isLoopback(uri.getHost())) {
        throw new IllegalStateException(
            base
                + " would send the secret for all to read. Fix: use https, or say allowPlainHttp()"
                + " where the network encrypts by itself.");
      }
      return new HttpLeaseStore(this, id, secret);
    }

    /** Of a name only this one is known, since to look it up would block. */
    private static boolean isLoopback(String host) {
      return host.equalsIgnoreCase("localhost")
          || host.equals("[::1]")
          || host.matches("127(\\.\\d{1,3}){3}");
    }
  }
}
