package dev.throttle.test;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpServer;
import dev.throttle.core.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A real HTTP server on the loopback address that enforces rate limits, to test clients against.
 *
 * <p>It counts each request against all limits of its path, answers 200 or 429, and keeps an exact
 * log. It can be slow, uneven, shared with a stranger, broken: see {@link Builder}. A call that is
 * delayed holds no thread, so thousands can be in flight. HTTP/1.1, connections are kept alive.
 *
 * <p>All methods may be used by many threads. A provider that is never closed keeps the JVM alive.
 *
 * <p>The server is that of the JDK, which reads its settings once per JVM: unless they are set
 * already, the first provider turns {@code sun.net.httpserver.nodelay} on (an answer would
 * otherwise wait up to 40 ms for the client's acknowledgement) and raises {@code
 * sun.net.httpserver.maxIdleConnections} and {@code sun.net.httpserver.idleInterval} (the server
 * would otherwise close connections that a client is about to use again).
 */
public final class RateLimitedProvider implements AutoCloseable {

  /** Of connections that the dispatcher has not accepted yet; the system may allow fewer. */
  private static final int BACKLOG = 8_192;

  private static final AtomicInteger PROVIDERS = new AtomicInteger();

  static {
    setUnlessSet("sun.net.httpserver.nodelay", "true");
    setUnlessSet("sun.net.httpserver.maxIdleConnections", "100000");
    setUnlessSet("sun.net.httpserver.idleInterval", "3600");
  }

  private final Ledger ledger;
  private final HttpServer server;
  private final ExecutorService workers;
  private final @Nullable DaemonTime ownTime;
  private final URI uri;

  private RateLimitedProvider(Builder builder) {
    String name = "throttle-provider-" + PROVIDERS.incrementAndGet();
    this.ownTime = builder.time == null ? new DaemonTime(name + "-timer") : null;
    TimeSource time = ownTime == null ? requireNonNull(builder.time) : ownTime;
    Rules rules = new Rules(builder.rules, builder.cost);
    this.ledger = new Ledger(time, rules, builder.strangers, builder.seed);
    this.server = bind();
    this.workers = workers(name + "-worker-");
    this.uri = uriOf(server.getAddress());
    Conversation.Setting setting =
        new Conversation.Setting(
            rules,
            ledger,
            builder.script,
            time,
            workers,
            builder.before,
            builder.after,
            builder.tellsLimits);
    server.setExecutor(workers);
    server.createContext("/", exchange -> new Conversation(exchange, setting).begin());
    server.start();
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static HttpServer bind() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    } catch (IOException failure) {
      throw new UncheckedIOException("no port of the loopback address could be opened", failure);
    }
  }

  private static URI uriOf(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    String literal = host.contains(":") ? "[" + host + "]" : host;
    return URI.create("http://" + literal + ":" + address.getPort());
  }

  /** Few: a worker reads a request or writes an answer, and never waits for time to pass. */
  private static ExecutorService workers(String name) {
    AtomicInteger made = new AtomicInteger();
    return Executors.newFixedThreadPool(
        Math.max(8, 2 * Runtime.getRuntime().availableProcessors()),
        work -> {
          Thread thread = new Thread(work, name + made.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Returns a builder of a provider that has no limit and answers at once. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns where the provider listens, without a path: {@code http://127.0.0.1:54321}. */
  public URI uri() {
    return uri;
  }

  /** Returns the address of a path: {@code http://127.0.0.1:54321/users/7}. */
  public URI uri(String path) {
    return uri.resolve(path);
  }

  /** Returns {@link #uri()} as text, without a slash at its end, as Feign and others want it. */
  public String baseUrl() {
    return uri.toString();
  }

  /**
   * Returns the calls that were answered, in the order in which they were counted. An entry is
   * there before the first byte of its answer is sent, so a client that has its answer finds its
   * call.
   */
  public List<ProviderCall> log() {
    return ledger.log();
  }

  /** Returns how many calls were counted or refused until now, answered or not. */
  public int count() {
    return ledger.accepted() + ledger.refused();
  }

  /** Returns how many calls were refused by a limit, which is how many 429s there were. */
  public int refused() {
    return ledger.refused();
  }

  /** Returns how many calls have arrived and are not answered yet. */
  public int inFlight() {
    return ledger.inFlight();
  }

  /** Returns how many calls of strangers the limits have let pass until now. */
  public long strangerCalls() {
    return ledger.strangersAccepted();
  }

  /**
   * Returns the most accepted calls below a path in any interval (t - window, t], by the times at
   * which they were counted; those of strangers are not among them.
   */
  public int maxInAnyWindow(String path, Duration window) {
    PathPrefix prefix = PathPrefix.of(path);
    return maxInAnyWindow(request -> prefix.covers(request.path()), window);
  }

  /** Returns the same of the requests that a test picks, such as those with one key. */
  public int maxInAnyWindow(Predicate<ProviderRequest> which, Duration window) {
    return ledger.maxInAnyWindow(requireNonNull(which, "which"), Nanos.of(window));
  }

  /**
   * Waits until no call is in flight, for a client that gives up calls and does not see their end.
   *
   * @return whether it became quiet in that time, which is real time whatever the provider's clock
   */
  public boolean awaitQuiet(Duration atMost) throws InterruptedException {
    return ledger.awaitQuiet(atMost);
  }

  /** Closes all connections, answered or not, and ends all threads. May be repeated. */
  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
    if (ownTime != null) {
      ownTime.close();
    }
  }

  @Override
  public String toString() {
    return "RateLimitedProvider[" + uri + ", count=" + count() + ", refused=" + refused() + "]";
  }

  /**
   * Says how a provider behaves. Paths are prefixes of whole segments: {@code /users} is also the
   * limit of {@code /users/7}, and {@code /} of everything. Not safe for threads.
   */
  public static final class Builder {

    private final List<Rules.Rule> rules = new ArrayList<>();
    private final List<Stranger.Habit> strangers = new ArrayList<>();
    private final Script script = new Script();
    private Function<ProviderRequest, Optional<String>> cost = request -> Optional.empty();
    private Jitter before = Jitter.NONE;
    private Jitter after = Jitter.NONE;
    private long seed = 1;
    private boolean tellsLimits = true;
    private @Nullable TimeSource time;
    private boolean started;

    private Builder() {}

    /** Adds a limit over everything. */
    public Builder limit(ProviderLimit limit) {
      return limit("/", limit);
    }

    /**
     * Adds a limit over a path and all below it. A request is counted by all limits of its path, or
     * if one refuses by none, except by those {@linkplain ProviderLimit#countingRefused that count
     * refused calls}.
     */
    public Builder limit(String path, ProviderLimit limit) {
      return limitPerKey(path, limit, request -> Optional.empty());
    }

    /**
     * Adds a limit that each key has for itself over a path and all below it, such as each tenant
     * or each token: {@code limitPerKey("/users", limit, request -> request.header("X-Api-Key"))}.
     * Requests without a key have one limit together.
     *
     * @param key finds the key of a request; on a thread of the server, several at a time. What it
     *     throws is answered as 400, and no limit counts the request
     */
    public Builder limitPerKey(
        String path, ProviderLimit limit, Function<ProviderRequest, Optional<String>> key) {
      rules.add(
          new Rules.Rule(
              PathPrefix.of(path), requireNonNull(limit, "limit"), requireNonNull(key, "key")));
      return this;
    }

    /**
     * Says what a request costs in all limits that do not {@linkplain ProviderLimit#countingCalls
     * count calls}: {@code cost(request -> request.header("X-Tokens"))}, or a query parameter.
     * Without it, and where the function finds none, the cost is 1.
     *
     * @param cost finds a whole number of at least 1; on a thread of the server, several at a time.
     *     Anything else, and what it throws, is answered as 400, and no limit counts the request
     */
    public Builder cost(Function<ProviderRequest, Optional<String>> cost) {
      this.cost = requireNonNull(cost, "cost");
      return this;
    }

    /** Adds a stranger whose calls the limits over everything count; see the other method. */
    public Builder stranger(int calls, Duration per) {
      return stranger("/", calls, per);
    }

    /**
     * Adds another client whose calls are counted by the limits of a path, at random times of this
     * mean rate. It is in no log, and the same in each run with the same {@link #seed}. Each call
     * costs 1 and has no key.
     */
    public Builder stranger(String path, int calls, Duration per) {
      strangers.add(Stranger.Habit.of(path, calls, per));
      return this;
    }

    /** Delays each request by this much before it is counted, evenly spread; at most a day. */
    public Builder jitterBefore(Duration min, Duration max) {
      before = Jitter.between(min, max);
      return this;
    }

    /** Delays each answer by this much after the request is counted; at most a day. */
    public Builder jitterAfter(Duration min, Duration max) {
      after = Jitter.between(min, max);
      return this;
    }

    /** Changes the seed of jitter and strangers, which is 1 at first. */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Says what accepted calls below a path are answered: one answer after the other, the last for
     * ever. The longest path decides. Without any, the answer is 200 and <code>{"ok":true}</code>.
     */
    public Builder answer(String path, ProviderAnswer... inTurn) {
      if (inTurn.length == 0) {
        throw new IllegalArgumentException(
            "answer '" + path + "' needs at least one answer, but had none.");
      }
      return answer(path, Script.inTurn(inTurn));
    }

    /**
     * Computes what accepted calls below a path are answered. The function runs on a thread of the
     * server, several at a time; what it throws is answered as 500.
     */
    public Builder answer(String path, Function<ProviderRequest, ProviderAnswer> answer) {
      script.put(PathPrefix.of(path), requireNonNull(answer, "answer"));
      return this;
    }

    /** Keeps the limits a secret: no {@code Retry-After}, no {@code RateLimit} of any kind. */
    public Builder withoutLimitHeaders() {
      tellsLimits = false;
      return this;
    }

    /**
     * Takes the provider's time from elsewhere: {@link VirtualTime} makes limits of hours a matter
     * of one line, {@link AcceleratedTime} of seconds. Without it, real time on a thread of its
     * own.
     */
    public Builder time(TimeSource time) {
      this.time = requireNonNull(time, "time");
      return this;
    }

    /**
     * Returns a provider that listens on a free port. A builder starts one provider.
     *
     * @throws UncheckedIOException if there is no free port
     * @throws IllegalStateException if this builder has started a provider
     */
    public RateLimitedProvider start() {
      if (started) {
        throw new IllegalStateException(
            "this builder has started a provider already. Make a builder for each.");
      }
      started = true;
      return new RateLimitedProvider(this);
    }
  }
}
