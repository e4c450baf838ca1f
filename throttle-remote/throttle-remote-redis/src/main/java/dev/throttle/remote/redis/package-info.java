/**
 * One limit for many JVMs, whose ledger is in Redis.
 *
 * <pre>{@code
 * RedisLeaseStore store = RedisLeaseStore.at("redis://127.0.0.1:6379").namespace("orders").build();
 * SharedBuckets shared = SharedBuckets.of(store).start();
 * shared.share(buckets.define("api.foo.com", Limit.of(600, Duration.ofMinutes(1))));
 * }</pre>
 */
@NullMarked
package dev.throttle.remote.redis;

import org.jspecify.annotations.NullMarked;
