package dev.throttle.demo.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.Bucket;
import dev.throttle.core.KeyedBuckets;
import dev.throttle.core.KeyedThrottle;
import dev.throttle.core.Limit;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import dev.throttle.demo.guides.KeyedApis.OrderApi;
import dev.throttle.demo.guides.KeyedApis.PlanApi;
import dev.throttle.demo.guides.KeyedApis.ReportApi;
import dev.throttle.demo.guides.KeyedApis.Session;
import dev.throttle.demo.guides.KeyedApis.SessionApi;
import dev.throttle.demo.guides.KeyedApis.Tenant;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** docs/keys.md. */
class KeysGuideTest extends Guide {

  private final Provider provider = new Provider(time);
  private final Map<Object, String> plans = new HashMap<>(Map.of("acme", "pro"));

  private String planOf(Object account) {
    return plans.getOrDefault(account, "free");
  }

  @Test
  void eachValue_hasABucket() {
    OrderApi api = shop -> provider.answer("orders of " + shop, 1);

    List<CompletableFuture<String>> acme =
        IntStream.range(0, 41).mapToObj(i -> api.orders("acme")).toList();
    CompletableFuture<String> other = api.orders("other");

    assertThat(untilDone(List.of(other))).isLessThan(Duration.ofSeconds(1));
    time.advance(Duration.ofSeconds(50));
    assertThat(done(acme)).isEqualTo(40);
    assertThat(buckets.keyed("api.orders.com").size()).isEqualTo(2);
  }

  @Test
  void aProperty_orSeveralKeys() {
    SessionApi api =
        new SessionApi() {
          @Override
          public CompletableFuture<String> mail(Session session, String text) {
            return provider.answer(text, 1);
          }

          @Override
          public CompletableFuture<String> files(Session session, String folder) {
            return provider.answer(folder, 1);
          }
        };
    Session ada = new Session(new Tenant("t1", "Analytical Engines"), "Ada");
    Session charles = new Session(new Tenant("t1", "Analytical Engines"), "Charles");

    untilDone(List.of(api.mail(ada, "Hi"), api.mail(charles, "Ho")));
    assertThat(buckets.keyed("api.sessions.com").size()).isEqualTo(1);

    untilDone(List.of(api.files(ada, "in"), api.files(charles, "in"), api.files(ada, "out")));
    assertThat(buckets.keyed("api.sessions.com/files").size()).isEqualTo(2);
  }

  @Test
  void onlyTheNamedBucket_isOneForEachKey() {
    ReportApi api = (tenant, id) -> provider.answer("report", 1);

    untilDone(List.of(api.report("a", 1), api.report("b", 2)));

    assertThat(buckets.bucket("api.reports.com").inUse()).isEqualTo(2);
    assertThat(buckets.bucket("api.reports.com/reports").inUse()).isEqualTo(2);
    assertThat(buckets.keyed("api.reports.com/tenant").size()).isEqualTo(2);
  }

  @Test
  void inCode() {
    buckets.define("api.reports.com", Limit.of(600, Duration.ofMinutes(1)));
    KeyedBuckets tenants =
        buckets.defineKeyed("api.reports.com/tenant", Limit.of(10, Duration.ofMinutes(1)));
    KeyedThrottle reports = buckets.keyedThrottle("api.reports.com", "api.reports.com/tenant");

    CompletableFuture<String> report = reports.of("acme").callAsync(() -> fetch("/reports/7"));

    assertThat(report).isCompleted();
    assertThat(tenants.bucket("acme").inUse()).isEqualTo(1);
    assertThat(tenants.find("other")).isNull();
  }

  @Test
  void severalKeys_inCode() {
    buckets.defineKeyed("api.reports.com/tenant", Limit.of(10, Duration.ofMinutes(1)));
    buckets.defineKeyed("api.reports.com/user", Limit.of(2, Duration.ofMinutes(1)));
    KeyedThrottle both = buckets.keyedThrottle("api.reports.com/tenant", "api.reports.com/user");

    both.ofEach(List.of("acme", "ada")).acquire().complete();

    assertThat(buckets.keyed("api.reports.com/tenant").bucket("acme").inUse()).isEqualTo(1);
    assertThat(buckets.keyed("api.reports.com/user").bucket("ada").inUse()).isEqualTo(1);
  }

  private static CompletableFuture<String> fetch(String path) {
    return CompletableFuture.completedFuture(path);
  }

  @Test
  void aLimitForEachKey_askedOnce_andAgainWhenToldTo() {
    Limit free = Limit.of(100, Duration.ofHours(1));
    Limit pro = Limit.of(2_000, Duration.ofHours(1));
    KeyedBuckets accounts =
        Throttling.buckets()
            .defineKeyed(
                "api.plans.com",
                List.of(free),
                account -> List.of(planOf(account).equals("pro") ? pro : free),
                KeyedBuckets.DEFAULT_MAX_KEYS,
                Bucket.DEFAULT_MAX_QUEUE);

    PlanApi api = (account, words) -> provider.answer(words, 1);
    untilDone(List.of(api.search("acme", "cats"), api.search("ada", "dogs")));
    assertThat(accounts.bucket("acme").limit()).isEqualTo(pro);
    assertThat(accounts.bucket("ada").limit()).isEqualTo(free);

    plans.put("ada", "pro");
    assertThat(accounts.bucket("ada").limit()).isEqualTo(free);
    accounts.refresh("ada"); // and refresh() asks again for all
    assertThat(accounts.bucket("ada").limit()).isEqualTo(pro);
    assertThat(accounts.bucket("ada").inUse()).isEqualTo(1);
  }

  @Test
  void maxKeys_refusesClearly_whatWouldBeOneTooMany() {
    List<Limit> limit = List.of(Limit.of(40, Duration.ofMinutes(1)));
    KeyedBuckets shops =
        buckets.defineKeyed("api.shops.com", limit, shop -> limit, 2, Bucket.DEFAULT_MAX_QUEUE);
    KeyedThrottle throttle = buckets.keyedThrottle("api.shops.com");
    throttle.of("a").acquire().complete();
    throttle.of("b").acquire().complete();

    assertThatThrownBy(() -> throttle.of("c"))
        .isInstanceOf(ThrottledException.class)
        .hasMessage(
            "bucket 'api.shops.com' has 2 keys in use, and maxKeys is 2: no room for another");

    time.advance(Duration.ofMinutes(2)); // the permits of a and b are back
    throttle.of("c").acquire().complete();
    assertThat(shops.size()).isLessThanOrEqualTo(2);
  }
}
