package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Mode;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import dev.throttle.test.VirtualTime;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class MetersTest {

  private final VirtualTime time = new VirtualTime();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ApplicationContextRunner application =
      Starter.on(time).withBean(MeterRegistry.class, () -> registry);

  private double counter(String name, String... tags) {
    return registry.get(name).tags(tags).counter().count();
  }

  private double gauge(String name, String bucket) {
    return registry.get(name).tag("bucket", bucket).gauge().value();
  }

  @Test
  void grants_waits_and_queues_are_counted_by_bucket() {
    application.run(
        context -> {
          Buckets buckets = context.getBean(Buckets.class);
          buckets.define("users", Limit.of(2, Duration.ofSeconds(10)));
          Throttle throttle = buckets.throttle("users");
          throttle.acquire().close();
          Permit held = throttle.acquire();
          CompletableFuture<Permit> waiting = throttle.acquireAsync();
          CompletableFuture<Permit> leaving = throttle.acquireAsync();
          assertThat(gauge("throttle.queue", "users")).isEqualTo(2);
          assertThat(gauge("throttle.in.use", "users")).isEqualTo(2);
          assertThat(gauge("throttle.limit", "users")).isEqualTo(2);
          leaving.cancel(false);
          time.advance(Duration.ofSeconds(11));
          waiting.join().close();
          held.close();

          assertThat(counter("throttle.granted", "bucket", "users")).isEqualTo(3);
          assertThat(counter("throttle.cancelled", "bucket", "users")).isEqualTo(1);
          assertThat(registry.get("throttle.wait").tag("bucket", "users").timer().count())
              .isEqualTo(3);
          assertThat(
                  registry
                      .get("throttle.wait")
                      .tag("bucket", "users")
                      .timer()
                      .totalTime(TimeUnit.SECONDS))
              .isBetween(9.9, 10.1);
        });
  }

  @Test
  void refusals_are_counted_by_reason() {
    application.run(
        context -> {
          Buckets buckets = context.getBean(Buckets.class);
          buckets.define("users", Limit.of(1, Duration.ofSeconds(10)));
          Throttle throttle = buckets.throttle("users").withMaxWait(Duration.ZERO);
          throttle.acquire().close();
          assertThatThrownBy(throttle::acquire).isInstanceOf(ThrottledException.class);
          assertThatThrownBy(() -> throttle.withCost(2).acquire())
              .isInstanceOf(ThrottledException.class);
          assertThat(counter("throttle.refused", "bucket", "users", "reason", "max_wait"))
              .isEqualTo(1);
          assertThat(counter("throttle.refused", "bucket", "users", "reason", "cost")).isEqualTo(1);
        });
  }

  @Test
  void the_keys_of_a_name_are_seen_together_and_never_by_their_value() {
    application.run(
        context -> {
          Buckets buckets = context.getBean(Buckets.class);
          buckets.defineKeyed("tenants", Limit.of(5, Duration.ofSeconds(10)));
          buckets.keyedThrottle("tenants").of("secret one").acquire().close();
          buckets.keyedThrottle("tenants").of("secret two").acquire().close();
          assertThat(gauge("throttle.in.use", "tenants")).isEqualTo(2);
          assertThat(counter("throttle.granted", "bucket", "tenants")).isEqualTo(2);
          assertThat(registry.getMeters())
              .allSatisfy(
                  meter ->
                      assertThat(meter.getId().getTags())
                          .extracting(Tag::getValue)
                          .noneMatch(value -> value.contains("secret")));
        });
  }

  @Test
  void a_pause_is_seen_and_what_shadow_would_have_made_wait() {
    application.run(
        context -> {
          Buckets buckets = context.getBean(Buckets.class);
          Bucket bucket = buckets.define("users", Limit.of(1, Duration.ofSeconds(10)));
          bucket.change(Mode.SHADOW);
          Throttle throttle = buckets.throttle("users");
          throttle.acquire().close();
          throttle.acquire().close();
          assertThat(registry.get("throttle.shadow.wait").timer().count()).isEqualTo(1);
          bucket.pause(Duration.ofSeconds(30));
          assertThat(gauge("throttle.paused", "users")).isEqualTo(30);
          bucket.resume();
          assertThat(gauge("throttle.paused", "users")).isZero();
        });
  }

  @Test
  void permits_held_too_long_are_counted() {
    application.run(
        context -> {
          Buckets buckets = context.getBean(Buckets.class);
          buckets.define(
              "users", Limit.of(1, Duration.ofSeconds(10)).withMaxHold(Duration.ofMinutes(1)));
          Throttle throttle = buckets.throttle("users");
          throttle.acquire();
          CompletableFuture<Permit> next = throttle.acquireAsync();
          time.advance(Duration.ofMinutes(2));
          assertThat(next).isDone();
          assertThat(counter("throttle.held.too.long", "bucket", "users")).isEqualTo(1);
        });
  }

  @Test
  void without_a_registry_nobody_listens() {
    Starter.on(time).run(context -> assertThat(context).doesNotHaveBean(ThrottleMeters.class));
  }
}
