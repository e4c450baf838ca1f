/**
 * One limit for many JVMs, whose ledger is in PostgreSQL.
 *
 * <pre>{@code
 * PostgresLeaseStore store = PostgresLeaseStore.with(dataSource).namespace("orders").build();
 * SharedBuckets shared = SharedBuckets.of(store).maxCall(Duration.ofSeconds(30)).start();
 * shared.share(buckets.define("api.foo.com", Limit.of(600, Duration.ofMinutes(1))));
 * }</pre>
 */
@NullMarked
package dev.throttle.remote.postgres;

import org.jspecify.annotations.NullMarked;
