package dev.throttle.remote.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Where Redis is, and whose the connection is. */
sealed interface Target {

  Link<?> link(Duration timeout);

  Failures failures(Duration timeout);

  /** A URI of which this store opens everything. */
  record OwnClient(RedisURI uri) implements Target {
    @Override
    public Link<?> link(Duration timeout) {
      RedisURI patient = RedisURI.builder(uri).withTimeout(timeout).build();
      RedisClient client = RedisClient.create();
      client.setOptions(
          ClientOptions.builder()
              // What waits for a connection would be too old when there is one.
              .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
              .socketOptions(
                  SocketOptions.builder().connectTimeout(timeout).keepAlive(true).build())
              .build());
      return new Link<>(
          () -> client.connectAsync(StringCodec.UTF8, patient),
          StatefulRedisConnection::async,
          StatefulRedisConnection::closeAsync,
          () -> client.shutdownAsync(0, 1, TimeUnit.SECONDS));
    }

    @Override
    public Failures failures(Duration timeout) {
      return new Failures(address(uri), timeout);
    }
  }

  /** A client that stays open. */
  record ClientOfOthers(RedisClient client, RedisURI uri) implements Target {
    @Override
    public Link<?> link(Duration timeout) {
      return new Link<>(
          () -> client.connectAsync(StringCodec.UTF8, uri),
          StatefulRedisConnection::async,
          StatefulRedisConnection::closeAsync,
          () -> {});
    }

    @Override
    public Failures failures(Duration timeout) {
      return new Failures(address(uri), timeout);
    }
  }

  /** A client of a cluster, which stays open. */
  record Cluster(RedisClusterClient client) implements Target {
    @Override
    public Link<?> link(Duration timeout) {
      return new Link<>(
          // The nodes must be known before one can be connected to.
          () ->
              client
                  .refreshPartitionsAsync()
                  .thenCompose(known -> client.connectAsync(StringCodec.UTF8)),
          StatefulRedisClusterConnection::async,
          StatefulRedisClusterConnection::closeAsync,
          () -> {});
    }

    @Override
    public Failures failures(Duration timeout) {
      return new Failures("of the cluster", timeout);
    }
  }

  /** A connection that stays open. */
  record Connection(RedisScriptingAsyncCommands<String, String> commands) implements Target {
    @Override
    public Link<?> link(Duration timeout) {
      return new Link<>(
          () -> CompletableFuture.completedFuture(commands),
          known -> known,
          known -> CompletableFuture.completedFuture(null),
          () -> {});
    }

    @Override
    public Failures failures(Duration timeout) {
      return new Failures("of the given connection", timeout);
    }
  }

  private static String address(RedisURI uri) {
    return uri.getSentinels().isEmpty()
        ? "at " + uri.getHost() + ":" + uri.getPort()
        : "of sentinels "
            + uri.getSentinels().stream()
                .map(each -> each.getHost() + ":" + each.getPort())
                .collect(Collectors.joining(", "));
  }
}
