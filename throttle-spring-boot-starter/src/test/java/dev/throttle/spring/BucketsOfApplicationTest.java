package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottleListener;
import dev.throttle.core.Throttling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BucketsOfApplicationTest {

  @Test
  void the_process_has_the_buckets_of_the_application_until_it_is_closed() {
    Starter.application()
        .run(context -> assertThat(Throttling.buckets()).isSameAs(context.getBean(Buckets.class)));
    Buckets after = Throttling.buckets();
    Starter.application().run(context -> assertThat(Throttling.buckets()).isNotSameAs(after));
  }

  @Test
  void a_bean_made_early_has_the_buckets_of_the_application() {
    List<Buckets> seen = new ArrayList<>();
    Starter.application()
        .withBean(
            "early",
            Object.class,
            () -> {
              seen.add(Throttling.buckets());
              return "early";
            })
        .run(context -> assertThat(seen).containsExactly(context.getBean(Buckets.class)));
  }

  @Test
  void an_application_that_takes_over_keeps_what_it_took() {
    Starter.application()
        .run(
            first ->
                Starter.application()
                    .run(
                        second -> {
                          first.close();
                          assertThat(Throttling.buckets()).isSameAs(second.getBean(Buckets.class));
                        }));
  }

  @Test
  void the_users_own_buckets_take_the_place_of_the_starters() {
    Buckets own = Buckets.create();
    Starter.application()
        .withBean("own", Buckets.class, () -> own)
        .run(
            context -> {
              assertThat(context.getBean(Buckets.class)).isSameAs(own);
              assertThat(Throttling.buckets()).isSameAs(own);
            });
  }

  @Test
  void all_listeners_are_told() {
    List<String> told = new ArrayList<>();
    Starter.application()
        .withBean("one", ThrottleListener.class, () -> telling(told, "one"))
        .withBean("two", ThrottleListener.class, () -> telling(told, "two"))
        .run(
            context -> {
              Buckets buckets = context.getBean(Buckets.class);
              Bucket bucket = buckets.define("told", Limit.of(1, Duration.ofHours(1)));
              buckets.throttle("told").acquire().close();
              assertThat(bucket.inUse()).isEqualTo(1);
              assertThat(told).containsExactlyInAnyOrder("one granted", "two granted");
            });
  }

  private static ThrottleListener telling(List<String> told, String name) {
    return new ThrottleListener() {
      @Override
      public void granted(Throttle throttle, Duration waited) {
        told.add(name + " granted");
      }
    };
  }

  @Test
  void calls_that_wait_are_refused_when_the_application_ends() {
    Buckets[] buckets = new Buckets[1];
    Starter.application().run(context -> buckets[0] = context.getBean(Buckets.class));
    buckets[0].define("closed", Limit.of(1, Duration.ofHours(1)));
    Throttle throttle = buckets[0].throttle("closed");
    throttle.acquire().close();
    assertThat(throttle.acquireAsync()).isCompletedExceptionally();
  }
}
