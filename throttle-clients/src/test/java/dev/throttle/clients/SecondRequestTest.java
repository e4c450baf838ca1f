package dev.throttle.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Bucket;
import dev.throttle.core.Throttling;
import dev.throttle.core.plan.MethodPlan;
import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SecondRequestTest extends AttemptReview {

  /** A second request in an asynchronous call site, beside the first: one of a hedged call. */
  @Test
  void a_second_request_does_not_complete_the_permit_of_the_first() throws Exception {
    Bucket atOnce = Throttling.buckets().bucket("atOnce");
    Method method = Api.class.getMethod("atOnce");
    Object site =
        MethodPlan.of(Api.class, method)
            .invokeCallSite(
                () -> {
                  Attempt first = Attempt.ofMethod(Api.class, method, new Object(), null);
                  assertThat(first.due()).isNull();
                  Attempt second = Attempt.ofMethod(Api.class, method, new Object(), null);
                  second.await();
                  assertThat(atOnce.inUse()).isEqualTo(2);
                  second.over();
                  assertThat(atOnce.inUse()).isEqualTo(1);
                  first.over();
                  return CompletableFuture.completedFuture("");
                });
    ((CompletableFuture<?>) site).join();
  }
}
