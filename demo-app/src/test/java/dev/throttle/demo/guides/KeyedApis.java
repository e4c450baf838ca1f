package dev.throttle.demo.guides;

import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleKey;
import java.util.concurrent.CompletableFuture;

/** The annotated interfaces of docs/keys.md. */
final class KeyedApis {

  private KeyedApis() {}

  interface OrderApi {
    @Throttle(value = "api.orders.com", limit = 40, period = "PT1M")
    CompletableFuture<String> orders(@ThrottleKey String shop);
  }

  record Tenant(String id, String name) {}

  record Session(Tenant tenant, String user) {}

  interface SessionApi {
    @Throttle(value = "api.sessions.com", limit = 40, period = "PT1M")
    CompletableFuture<String> mail(@ThrottleKey("tenant.id") Session session, String text);

    @Throttle(value = "api.sessions.com/files", limit = 5, period = "PT1M")
    CompletableFuture<String> files(
        @ThrottleKey("tenant.id") Session session, @ThrottleKey String folder);
  }

  @Throttle(value = "api.reports.com", limit = 600, period = "PT1M")
  interface ReportApi {
    @Throttle(value = "api.reports.com/reports", limit = 100, period = "PT1M")
    @Throttle(value = "api.reports.com/tenant", limit = 10, period = "PT1M")
    CompletableFuture<String> report(
        @ThrottleKey(buckets = "api.reports.com/tenant") String tenant, long id);
  }

  interface PlanApi {
    @Throttle(value = "api.plans.com", limit = 100, period = "PT1H")
    CompletableFuture<String> search(@ThrottleKey String account, String words);
  }
}
