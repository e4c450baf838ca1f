package dev.throttle.clients.okhttp;

import dev.throttle.clients.rule.UriRules;
import dev.throttle.test.contract.HookedClient;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.OkHttpClient;

class OkHttpExecuteTest extends OkHttpContract {

  @Override
  Call.Factory factory(OkHttpClient client, UriRules rules, int timesInstalled) {
    OkHttpClient installed =
        timesInstalled == 1
            ? client
            : client.newBuilder().addNetworkInterceptor(ThrottleInterceptor.of(rules)).build();
    return ThrottledCallFactory.of(installed, rules);
  }

  @Override
  CompletableFuture<?> send(Call call) {
    return HookedClient.onThread(() -> execute(call), thread -> call.cancel());
  }

  @Override
  protected boolean blocks() {
    return true;
  }
}
