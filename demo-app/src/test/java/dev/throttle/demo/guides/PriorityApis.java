package dev.throttle.demo.guides;

import dev.throttle.annotation.Priority;
import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleKey;
import java.util.concurrent.CompletableFuture;

/** The annotated interfaces of docs/priorities.md. */
final class PriorityApis {

  private PriorityApis() {}

  @Throttle(value = "api.desk.com", limit = 10, period = "PT1S", reserve = 20)
  interface Desk {
    CompletableFuture<String> order(long id);

    @Throttle(value = "api.desk.com", priority = Priority.HIGH) // somebody looks at the screen
    CompletableFuture<String> customer(long id);

    @Throttle(value = "api.desk.com", priority = Priority.LOW) // the nightly job
    CompletableFuture<String> archive(long id);
  }

  interface Search {
    @Throttle(value = "api.search.com", limit = 10, period = "PT1S", fairBy = "tenant")
    CompletableFuture<String> search(@ThrottleKey(name = "tenant") String tenant, String words);
  }
}
