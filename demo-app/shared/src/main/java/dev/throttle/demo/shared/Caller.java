package dev.throttle.demo.shared;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.SharedBy;
import dev.throttle.core.Throttle;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * One JVM: it calls the shop as often as it may, until its input ends. That its limit is shared is
 * one line.
 */
final class Caller {

  static final Limit LIMIT = Limit.of(200, Duration.ofSeconds(2));

  static final Duration LEASE = Duration.ofSeconds(2);

  /** The client's time-out is shorter, so this is true. */
  private static final Duration MAX_CALL = Duration.ofSeconds(3);

  private static final int AT_ONCE = 60;

  private final HttpClient client = HttpClient.newHttpClient();
  private final Throttle throttle;
  private final HttpRequest request;

  private Caller(Throttle throttle, HttpRequest request) {
    this.throttle = throttle;
    this.request = request;
  }

  /**
   * Runs it.
   *
   * @param args where to call; address, client id and secret of the server of leases
   */
  public static void main(String... args) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(args[0])).timeout(Duration.ofSeconds(2)).build();
    SharedBy store =
        SharedBy.at(args[1], args[2], args[3])
            .withRefresh(Duration.ofMillis(250))
            .withMaxCall(MAX_CALL);
    try (Buckets buckets = Buckets.create()) {
      Bucket bucket = buckets.define("shop.example", LIMIT).shared(store);
      Caller caller = new Caller(buckets.throttle(bucket.name()), request);
      for (int i = 0; i < AT_ONCE; i++) {
        caller.callAgain();
      }
      System.in.transferTo(OutputStream.nullOutputStream()); // until who has started it ends
    }
    System.exit(0);
  }

  private void callAgain() {
    throttle.acquireAsync().thenAccept(this::call);
  }

  private void call(Permit permit) {
    client
        .sendAsync(request, BodyHandlers.discarding())
        .whenComplete(
            (answer, failure) -> {
              permit.close();
              callAgain();
            });
  }
}
