package dev.throttle.remote.redis;

import dev.throttle.core.TimeSource;
import dev.throttle.remote.lease.ManagedLeaseStore;
import dev.throttle.remote.lease.contract.LeaseStoreContract;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The ledger in Redis keeps the contract of all, and answers as that in memory. */
class RedisContractTest extends LeaseStoreContract {

  /** Later than now, and not yet 2^53: what is stored is as exact as it will have to be. */
  private static final long LATE = 8_000_000_000_000_000L;

  private static RealRedis redis;
  private static RedisClient client;
  private static StatefulRedisConnection<String, String> connection;

  @BeforeAll
  static void start() {
    redis = RealRedis.forgetful();
    client = RedisClient.create(redis.uri());
    connection = client.connect();
  }

  @AfterAll
  static void stop() {
    client.shutdown();
    redis.close();
  }

  @Override
  protected ManagedLeaseStore open(TimeSource time, Duration length, boolean afterLoss) {
    RedisLeaseStore.Builder builder =
        RedisLeaseStore.with(connection)
            .namespace(UUID.randomUUID().toString())
            .length(length)
            .timeout(Duration.ofSeconds(10))
            .time(() -> LATE + time.nanos() / 1_000);
    return (afterLoss ? builder : builder.freshIfMissing()).build();
  }
}
