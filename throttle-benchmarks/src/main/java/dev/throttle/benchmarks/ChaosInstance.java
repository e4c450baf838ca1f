package dev.throttle.benchmarks;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttle;
import dev.throttle.core.TimeSource;
import dev.throttle.remote.lease.SharedBuckets;
import dev.throttle.remote.redis.RedisLeaseStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One of many JVMs that call one provider as often as they may, until it is killed. */
@Command(name = "chaos-instance", hidden = true)
final class ChaosInstance implements Callable<Integer> {

  static final Duration LEASE = Duration.ofSeconds(4);

  /** Far more than a call takes on loopback, also where a processor has much to do. */
  static final Duration LONGEST_CALL = Duration.ofSeconds(4);

  private static final Duration REFRESH = Duration.ofMillis(250);
  private static final long AFTER_A_FAILURE_NANOS = 100_000_000;

  @Option(names = "--store", required = true)
  private URI store = URI.create("");

  @Option(names = "--provider", required = true)
  private URI provider = URI.create("");

  @Option(names = "--limit", required = true)
  private int limit;

  @Option(names = "--period", required = true)
  private Duration period = Duration.ZERO;

  @Option(names = "--at-once", required = true)
  private int atOnce;

  private final HttpClient http = HttpClient.newHttpClient();

  @Override
  public Integer call() throws InterruptedException {
    Buckets buckets = Buckets.create();
    RedisLeaseStore leases =
        RedisLeaseStore.at(store.toString())
            .namespace("chaos")
            .length(LEASE)
            .timeout(REFRESH.multipliedBy(2))
            .build();
    SharedBuckets.of(leases)
        .refresh(REFRESH)
        .maxCall(LONGEST_CALL)
        .start()
        .share(buckets.define("provider", Limit.of(limit, period)));
    Throttle throttle = buckets.throttle("provider");
    for (int i = 0; i < atOnce; i++) {
      callOn(throttle);
    }
    Thread.currentThread().join();
    return 0;
  }

  /** Calls again and again. */
  private void callOn(Throttle throttle) {
    throttle
        .callAsync(
            () ->
                http.sendAsync(HttpRequest.newBuilder(provider).build(), BodyHandlers.discarding()))
        .whenComplete(
            (answer, failure) ->
                TimeSource.system()
                    .schedule(failure == null ? 0 : AFTER_A_FAILURE_NANOS, () -> callOn(throttle)));
  }
}
