package dev.throttle.clients;

import dev.throttle.clients.okhttp.ThrottleInterceptor;
import dev.throttle.clients.okhttp.ThrottledCallFactory;
import dev.throttle.core.plan.MethodPlan;
import java.util.concurrent.Callable;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

class RedirectBehindCallSiteTest extends AttemptReview {

  /** As it is with the JDK's client: a repeated request does not wait for its own call. */
  @Test
  void a_redirect_behind_a_call_site_does_not_wait_for_the_permit_of_its_own_call()
      throws Exception {
    OkHttpClient client =
        okHttp.newBuilder().addNetworkInterceptor(ThrottleInterceptor.of(rules)).build();
    behindCallSite(() -> client.newCall(request("/moved")).execute());
  }

  @Test
  void a_redirect_of_a_factory_behind_a_call_site_does_not_wait_for_its_own_call()
      throws Exception {
    okhttp3.Call.Factory client = ThrottledCallFactory.of(okHttp, rules);
    behindCallSite(() -> client.newCall(request("/moved")).execute());
  }

  private void behindCallSite(Callable<Response> sending) throws Exception {
    MethodPlan plan = MethodPlan.of(SyncApi.class, SyncApi.class.getMethod("moved"));
    inTime(
        () ->
            plan.invokeCallSite(
                () -> {
                  sending.call().close();
                  return "";
                }));
  }
}
