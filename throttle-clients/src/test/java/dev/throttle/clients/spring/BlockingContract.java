package dev.throttle.clients.spring;

import dev.throttle.clients.RuledClient;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.test.contract.HookContract;
import dev.throttle.test.contract.HookedClient;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.client.JdkClientHttpRequestFactory;

/** The contract, for one of Spring's blocking clients. */
abstract class BlockingContract extends HookContract {

  /** Gets a text. */
  interface Getting {
    String get(URI uri);
  }

  abstract Getting getting(
      JdkClientHttpRequestFactory requests, UriRules rules, int timesInstalled);

  @Override
  protected final HookedClient client(String baseUrl, int timesInstalled) {
    JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory();
    requests.setReadTimeout(Duration.ofSeconds(2));
    Getting getting = getting(requests, RuledClient.rules(baseUrl), timesInstalled);
    return new RuledClient(baseUrl) {
      @Override
      protected CompletableFuture<?> send(URI uri) {
        return HookedClient.onThread(() -> getting.get(uri));
      }

      @Override
      public CompletableFuture<?> sendReflectively() {
        return HookedClient.onThread(
            () -> Getting.class.getMethod("get", URI.class).invoke(getting, uri("/method")));
      }
    };
  }

  @Override
  protected final boolean blocks() {
    return true;
  }

  @Override
  protected final boolean cancelsRequests() {
    return true;
  }
}
