package dev.throttle.remote.redis;

import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.Ledger;
import dev.throttle.remote.lease.LedgerSnapshot;
import dev.throttle.remote.lease.ManagedLeaseStore;
import dev.throttle.remote.lease.SharedLimit;
import dev.throttle.remote.lease.UnderWay;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A ledger in Redis, for JVMs on many machines.
 *
 * <p>Every request is one script there, in one round trip, by the time of that server. So requests
 * come one after another, and clocks of instances do not matter. The ledger of a namespace is one
 * key. Redis 6.2 and Valkey know all that is needed.
 *
 * <p>Safe for use by many threads. Nothing here blocks but {@link #close}; stages are completed by
 * threads of Lettuce. What fails, fails with {@link RedisLeaseException}.
 *
 * <p>Where Redis was started again, or a replica took over, the ledger may be older than what was
 * lent last. It then lends nobody more than he holds, until all that was lent is surely free.
 */
public final class RedisLeaseStore implements ManagedLeaseStore {

  /** Who accepts a connection and says nothing for so long is given up, and tried again. */
  private static final Duration CONNECTING = Duration.ofSeconds(10);

  private final Link<?> link;
  private final Failures failures;
  private final String key;
  private final Duration length;
  private final boolean learns;
  private final Supplier<String> now;

  private final UnderWay underWay;

  private volatile boolean closed;

  private RedisLeaseStore(Builder builder) {
    this.failures = builder.target.failures(builder.timeout);
    this.link = builder.target.link(builder.timeout);
    this.key = "throttle:{" + builder.namespace + "}";
    this.length = builder.length;
    this.underWay = new UnderWay(builder.timeout);
    this.learns = builder.learns;
    this.now = builder.now;
  }

  /**
   * Returns a builder of a store in the Redis of a URI: {@code redis://}, {@code rediss://} for
   * TLS, or {@code redis-sentinel://HOST,HOST#MASTER}. The store opens a client of its own.
   *
   * @throws IllegalArgumentException if it is none; the message does not repeat it, since it may
   *     hold a password
   */
  public static Builder at(String uri) {
    Objects.requireNonNull(uri, "uri must not be null.");
    RedisURI parsed;
    try {
      parsed = RedisURI.create(uri);
    } catch (RuntimeException e) {
      throw malformed();
    }
    String host = parsed.getHost();
    boolean elsewhere = parsed.getSocket() != null || !parsed.getSentinels().isEmpty();
    // A '#' in a password that is not encoded ends the URI there, and what is before it passes for
    // the host. Only those of IPv6 have colons, and they are in brackets.
    if (host == null ? !elsewhere : host.indexOf(':') >= 0 && uri.indexOf('[') < 0) {
      throw malformed();
    }
    parsed.setTimeout(CONNECTING);
    return at(parsed);
  }

  /** The cause would repeat the URI. */
  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "the URI of Redis cannot be read. Fix: write redis://HOST:PORT, rediss://HOST:PORT for TLS,"
            + " or redis-sentinel://HOST:PORT,HOST:PORT#MASTER, and encode what is special in user"
            + " and password.");
  }

  /**
   * Returns a builder of a store in the Redis of a URI, whose time-out is that of connecting. The
   * store opens a client of its own.
   */
  public static Builder at(RedisURI uri) {
    return new Builder(new Target.OwnClient(Objects.requireNonNull(uri, "uri must not be null.")));
  }

  /** Returns a builder of a store that opens a connection of its own, by a client of yours. */
  public static Builder with(RedisClient client, RedisURI uri) {
    return new Builder(
        new Target.ClientOfOthers(
            Objects.requireNonNull(client, "client must not be null."),
            Objects.requireNonNull(uri, "uri must not be null.")));
  }

  /** Returns a builder of a store that uses a connection of yours, which others may use too. */
  public static Builder with(StatefulRedisConnection<String, String> connection) {
    Objects.requireNonNull(connection, "connection must not be null.");
    return new Builder(new Target.Connection(connection.async()));
  }

  /**
   * Returns a builder of a store in a Redis Cluster, which opens a connection of its own by a
   * client of yours. A namespace is on one node of it.
   */
  public static Builder with(RedisClusterClient client) {
    return new Builder(
        new Target.Cluster(Objects.requireNonNull(client, "client must not be null.")));
  }

  /** Returns a builder of a store that uses a connection of yours, which others may use too. */
  public static Builder with(StatefulRedisClusterConnection<String, String> connection) {
    Objects.requireNonNull(connection, "connection must not be null.");
    return new Builder(new Target.Connection(connection.async()));
  }

  @Override
  public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
    return run(Script.RENEW, Wire.request(request)).thenApply(reply -> Wire.answer(request, reply));
  }

  @Override
  public CompletionStage<Void> change(String name, SharedLimit limit) {
    return run(Script.CHANGE, Wire.limit(name, limit))
        .thenAccept(
            reply -> {
              if (reply.equals("OTHER")) {
                throw Ledger.otherKind(name, limit);
              }
              ifKnown(name, reply);
            });
  }

  @Override
  public CompletionStage<Void> pause(String name, Duration pause) {
    try {
      Ledger.checkPause(pause);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
    return run(Script.PAUSE, Wire.pause(name, pause)).thenAccept(reply -> ifKnown(name, reply));
  }

  private static void ifKnown(String name, String reply) {
    if (!reply.equals("OK")) {
      throw new IllegalArgumentException("no limit '" + name + "' is known here.");
    }
  }

  @Override
  public CompletionStage<LedgerSnapshot> snapshot() {
    return run(Script.SNAPSHOT, List.of()).thenApply(Wire::snapshot);
  }

  private CompletableFuture<String> run(Script script, List<String> said) {
    if (closed) {
      return CompletableFuture.failedFuture(new RedisLeaseException("this store is closed."));
    }
    List<String> args = new ArrayList<>(Wire.ledger(now.get(), length, learns));
    args.addAll(said);
    CompletableFuture<String> result = underWay.begin();
    link.connected()
        .whenComplete(
            (redis, failure) -> {
              if (failure != null) {
                result.completeExceptionally(failure);
              } else if (!result.isDone()) {
                script.run(redis, key, args, result);
              }
            });
    return result.exceptionally(
        failure -> {
          throw failures.explain(failure);
        });
  }

  /**
   * Ends what this store has opened itself. What was asked before is answered first: this waits for
   * that, no longer than the time-out, so that the last word of an instance that leaves is heard.
   */
  @Override
  public void close() {
    closed = true;
    underWay.await();
    link.close();
  }

  /** What a store is made with. */
  public static final class Builder {

    private final Target target;
    private String namespace = "default";
    private Duration length = Duration.ofSeconds(10);
    private Duration timeout = Duration.ofSeconds(1);
    private boolean learns = true;
    private Supplier<String> now = () -> "";

    private Builder(Target target) {
      this.target = target;
    }

    /**
     * Sets the name of the ledger; the default is {@code default}. Instances share limits if they
     * have the same. The key is {@code throttle:{NAMESPACE}}.
     */
    public Builder namespace(String name) {
      if (name.isBlank() || name.indexOf('{') >= 0 || name.indexOf('}') >= 0) {
        throw new IllegalArgumentException(
            "a namespace must not be blank nor have braces, but was '" + name + "'.");
      }
      this.namespace = name;
      return this;
    }

    /**
     * Sets how long leases are; the default is 10 seconds. So long instances go on if they cannot
     * reach Redis, and so long the ledger waits for those that have crashed. It must be the same
     * for all of a namespace.
     */
    public Builder length(Duration length) {
      this.length = positive("length", length);
      return this;
    }

    /**
     * Sets how long an answer may take, connecting included; the default is a second. Redis may
     * hear a request all the same, and it does no harm.
     */
    public Builder timeout(Duration timeout) {
      this.timeout = positive("timeout", timeout);
      return this;
    }

    /**
     * Takes a ledger that is not there for one that never was, and lends from it at once. By
     * default it is taken for one that was lost: for a lease, the longest call and a rest it lends
     * newcomers nothing.
     *
     * <p>That wait is what the very first start costs. With this, it is saved, but where Redis does
     * lose its data, up to twice the limit may be granted in a period.
     */
    public Builder freshIfMissing() {
      this.learns = false;
      return this;
    }

    /** Sets what a ledger takes for the time, in microseconds, in place of that of the server. */
    Builder time(Supplier<Long> micros) {
      this.now = () -> micros.get().toString();
      return this;
    }

    /** Begins to connect, in the background. Where that fails, each request tries it again. */
    public RedisLeaseStore build() {
      RedisLeaseStore store = new RedisLeaseStore(this);
      store.link.connected();
      return store;
    }

    private static Duration positive(String name, Duration value) {
      if (value.isNegative() || value.isZero()) {
        throw new IllegalArgumentException(name + " must be more than PT0S, but was " + value);
      }
      return value;
    }
  }
}
