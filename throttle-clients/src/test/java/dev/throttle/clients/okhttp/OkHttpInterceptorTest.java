package dev.throttle.clients.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.clients.rule.UriRules;
import dev.throttle.test.contract.HookedClient;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

class OkHttpInterceptorTest extends OkHttpContract {

  @Override
  Call.Factory factory(OkHttpClient client, UriRules rules, int timesInstalled) {
    OkHttpClient.Builder builder = client.newBuilder();
    for (int i = 0; i < timesInstalled; i++) {
      builder.addNetworkInterceptor(ThrottleInterceptor.of(rules));
    }
    return builder.build();
  }

  @Override
  CompletableFuture<?> send(Call call) {
    return HookedClient.onThread(() -> execute(call), thread -> call.cancel());
  }

  @Override
  protected boolean blocks() {
    return true;
  }

  @Test
  void a_refusal_of_an_enqueued_call_reaches_its_callback() {
    Call.Factory factory = factory();
    enqueue(factory.newCall(request("/method"))).join();
    CompletableFuture<?> refused = enqueue(factory.newCall(request("/busy")));
    awaitDone(refused);
    assertThat(refused).isCompletedExceptionally();
    assertThat(provider.count()).isEqualTo(1);
  }
}
