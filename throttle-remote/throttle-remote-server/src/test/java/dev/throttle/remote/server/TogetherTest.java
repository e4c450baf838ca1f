package dev.throttle.remote.server;

import static org.awaitility.Awaitility.await;

import dev.throttle.remote.http.HttpLeaseStore;
import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Instances of several clients that start at once, behind one address. */
class TogetherTest {

  private static final int INSTANCES = 60;

  /** Asks again and again, as who shares a limit does. */
  private static final class Instance {

    private final HttpLeaseStore store;
    private final LeaseRequest request;
    private CompletableFuture<LeaseAnswer> asked;

    Instance(int index, String client) {
      store = RunningServer.small().store(client).build();
      request = new LeaseRequest("instance " + index, 1, "", List.of(), false, false);
      asked = ask();
    }

    private CompletableFuture<LeaseAnswer> ask() {
      return store.renew(request).toCompletableFuture();
    }

    boolean isIn() {
      if (asked.isCompletedExceptionally()) {
        asked = ask();
      }
      return asked.isDone() && !asked.isCompletedExceptionally();
    }
  }

  @Test
  void all_are_let_in_soon_and_nobody_has_to_do_anything_for_it() {
    List<Instance> all = new ArrayList<>();
    List<String> clients = List.of("orders", "stock", "api", "kit");
    try {
      for (int i = 0; i < INSTANCES; i++) {
        all.add(new Instance(i, clients.get(i % clients.size())));
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> all.stream().filter(Instance::isIn).count() == INSTANCES);
    } finally {
      all.forEach(instance -> instance.store.close());
    }
  }
}
