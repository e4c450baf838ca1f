package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.core.TimeSource;
import dev.throttle.core.Unreachable;
import dev.throttle.remote.lease.LeaseStore;
import dev.throttle.remote.lease.LeaseStoreFactory;
import dev.throttle.remote.lease.MemoryLeaseStore;
import dev.throttle.remote.lease.StoreAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/** Limits that are shared because a property says so. */
class SharedOnBoot4Test {

  private static final Limit THREE = Limit.of(3, Duration.ofHours(1));
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Ledgers in memory, by an address such as {@code memory://NAME}. */
  public static final class Ledgers implements LeaseStoreFactory {

    private static final Map<String, MemoryLeaseStore> BY_NAME = new ConcurrentHashMap<>();
    private static final List<StoreAddress> OPENED = new ArrayList<>();

    /** Makes one; for {@link java.util.ServiceLoader}. */
    public Ledgers() {}

    @Override
    public Set<String> schemes() {
      return Set.of("memory");
    }

    @Override
    public LeaseStore open(StoreAddress address) {
      OPENED.add(address);
      return BY_NAME.computeIfAbsent(
          address.uri(),
          name -> MemoryLeaseStore.fresh(TimeSource.system(), Duration.ofSeconds(10)));
    }
  }

  private static List<CompletableFuture<Permit>> ask(ApplicationContext context, int calls) {
    Buckets buckets = context.getBean(Buckets.class);
    buckets.define("api", THREE);
    Throttle throttle = buckets.throttle("api");
    List<CompletableFuture<Permit>> asked = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      asked.add(throttle.acquireAsync());
    }
    return asked;
  }

  private static long granted(List<CompletableFuture<Permit>> asked) {
    return asked.stream().filter(CompletableFuture::isDone).count();
  }

  @Test
  void two_applications_have_one_limit() {
    ApplicationContextRunner runner =
        Starter.application().withPropertyValues("throttle.shared=memory://two");
    runner.run(
        one -> {
          List<CompletableFuture<Permit>> first = ask(one, 2);
          await().atMost(PATIENCE).until(() -> granted(first) == 2);
          runner.run(
              other -> {
                List<CompletableFuture<Permit>> second = ask(other, 2);
                await().atMost(PATIENCE).until(() -> granted(second) == 1);
                assertThat(granted(second)).isEqualTo(1);
              });
        });
  }

  @Test
  void all_that_is_said_reaches_the_store_and_nothing_secret_is_shown() {
    Starter.application()
        .withPropertyValues(
            "throttle.shared=memory://user:secret@all",
            "throttle.shared.client-id=me",
            "throttle.shared.client-secret=secret",
            "throttle.shared.namespace=orders",
            "throttle.shared.policy=share",
            "throttle.shared.max-call=PT20S",
            "throttle.shared.refresh=PT2S",
            "throttle.shared.lease=PT20S",
            "throttle.buckets.local.shared=none",
            "management.endpoints.web.exposure.include=throttle")
        .run(
            context -> {
              Buckets buckets = context.getBean(Buckets.class);
              buckets.define("api", THREE);
              buckets.define("local", THREE);
              StoreAddress opened = Ledgers.OPENED.get(Ledgers.OPENED.size() - 1);
              assertThat(opened)
                  .isEqualTo(
                      new StoreAddress(
                          "memory://user:secret@all",
                          "me",
                          "secret",
                          "orders",
                          Duration.ofSeconds(20),
                          TimeSource.system()));
              assertThat(buckets.bucket("api").sharedBy())
                  .satisfies(
                      by -> {
                        assertThat(by.whenUnreachable()).isEqualTo(Unreachable.SHARE);
                        assertThat(by.maxCall()).isEqualTo(Duration.ofSeconds(20));
                      });
              assertThat(buckets.bucket("local").sharedBy()).isNull();
              ThrottleEndpoint endpoint = new ThrottleEndpoint(buckets);
              assertThat(endpoint.bucket("api"))
                  .satisfies(of -> assertThat(of.sharedBy()).isEqualTo("memory://all as 'me'"));
              assertThat(endpoint.report().toString()).doesNotContain("secret");
            });
  }

  @Test
  void a_store_that_nobody_knows_ends_the_start_with_what_to_add() {
    Starter.application()
        .withPropertyValues("throttle.shared=redis://:secret@host:6379")
        .run(
            context -> {
              assertThat(context).hasFailed();
              FailureAnalysis analysis =
                  new ThrottleFailureAnalyzer().analyze(context.getStartupFailure());
              assertThat(analysis.getDescription())
                  .contains("no module on the class path knows the store redis://host:6379")
                  .contains("Add dev.throttle:throttle-remote-redis")
                  .doesNotContain("secret");
            });
  }

  @Test
  void what_is_wrong_ends_the_start_and_shows_no_secret() {
    Starter.application()
        .withPropertyValues(
            "throttle.shared=memory://all",
            "throttle.shared.policy=never",
            "throttle.shared.client-secert=hidden")
        .run(
            context -> {
              assertThat(context).hasFailed();
              assertThat(
                      new ThrottleFailureAnalyzer()
                          .analyze(context.getStartupFailure())
                          .getDescription())
                  .contains("must be wait, share or open, but was 'never'")
                  .contains("throttle.shared.clientSecert=***")
                  .doesNotContain("hidden");
            });
  }
}
