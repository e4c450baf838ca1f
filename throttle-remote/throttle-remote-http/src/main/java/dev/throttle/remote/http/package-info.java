/**
 * One limit for many JVMs, whose ledger is behind a server of Throttle.
 *
 * <pre>{@code
 * HttpLeaseStore store = HttpLeaseStore.at(uri).client("orders", secret).build();
 * SharedBuckets shared = SharedBuckets.of(store).maxCall(Duration.ofSeconds(30)).start();
 * shared.share(buckets.define("api.foo.com", Limit.of(600, Duration.ofMinutes(1))));
 * }</pre>
 */
@NullMarked
package dev.throttle.remote.http;

import org.jspecify.annotations.NullMarked;
