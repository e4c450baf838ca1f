package dev.throttle.clients.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.throttle.clients.RuledClient;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.contract.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import okhttp3.Cache;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OkHttpEnqueueTest extends OkHttpContract {

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
    return enqueue(call);
  }

  @Override
  protected boolean blocks() {
    return false;
  }

  @Test
  void a_redirect_is_another_request_and_pays_by_its_own_address() throws IOException {
    providerAnswers(ProviderAnswer.of(302, "").header("Location", provider.baseUrl() + "/type"));
    Call call = factory().newCall(request("/method"));
    CompletableFuture<?> answer = enqueue(call);
    // The provider redirects /type to /type, so that waits for its second permit.
    await().until(() -> bucket(Endpoint.TYPE).waiting() == 1);
    assertThat(bucket().inUse()).isEqualTo(1);
    assertThat(provider.count()).isEqualTo(2);
    providerAnswers(ProviderAnswer.of(200, "there"));
    time.advance(Duration.ofMillis(1_001));
    awaitDone(answer);
    assertThat(answer).isCompletedWithValueMatching("there"::equals);
    assertThat(provider.count()).isEqualTo(3);
    assertThat(bucket().inUse()).isZero();
  }

  @Test
  void a_redirect_that_waits_is_cancelled() {
    providerAnswers(ProviderAnswer.of(302, "").header("Location", provider.baseUrl() + "/method"));
    Call call = factory().newCall(request("/method"));
    CompletableFuture<?> answer = enqueue(call);
    awaitWaiting(1);
    call.cancel();
    awaitDone(answer);
    assertThatThrownBy(answer::get).cause().isInstanceOf(IOException.class).hasMessage("Canceled");
    assertThat(bucket().waiting()).isZero();
    assertThat(provider.count()).isEqualTo(1);
    awaitNothingInUse();
  }

  @Test
  void what_a_cache_answers_costs_nothing(@TempDir Path folder) throws IOException {
    providerAnswers(ProviderAnswer.of(200, "kept").header("Cache-Control", "max-age=3600"));
    try (Cache cache = new Cache(folder.toFile(), 1_000_000)) {
      OkHttpClient client = okHttp().newBuilder().cache(cache).build();
      Call.Factory factory = factory(client, RuledClient.rules(provider.baseUrl()), 1);
      execute(factory.newCall(request("/method")));
      time.advance(Duration.ofSeconds(2));
      assertThat(execute(factory.newCall(request("/method")))).isEqualTo("kept");
      assertThat(bucket().inUse()).isZero();
    }
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void a_waiting_call_holds_no_slot_of_the_dispatcher() {
    OkHttpClient client = okHttp();
    client.dispatcher().setMaxRequests(1);
    Call.Factory factory = factory(client, RuledClient.rules(provider.baseUrl()), 1);
    enqueue(factory.newCall(request("/method"))).join();
    await().until(() -> client.dispatcher().runningCallsCount() == 0);
    Call waiting = factory.newCall(request("/method"));
    enqueue(waiting);
    assertThat(bucket().waiting()).isEqualTo(1);
    assertThat(client.dispatcher().runningCallsCount()).isZero();
    assertThat(client.dispatcher().queuedCallsCount()).isZero();
    enqueue(factory.newCall(request("/other"))).join();
    waiting.cancel();
    awaitWaiting(0);
  }

  @Test
  void several_calls_and_clones_of_one_request_each_pay() {
    Call.Factory factory = factory();
    Request request = request("/method");
    Call first = factory.newCall(request);
    enqueue(first).join();
    assertThatThrownBy(() -> enqueue(first))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Already Executed");
    CompletableFuture<?> second = enqueue(factory.newCall(request));
    CompletableFuture<?> third = enqueue(first.clone());
    awaitWaiting(2);
    time.advance(Duration.ofMillis(1_001));
    awaitDone(second);
    await().until(() -> bucket().inUse() == 1);
    time.advance(Duration.ofMillis(1_001));
    awaitDone(third);
    assertThat(provider.count()).isEqualTo(3);
  }

  @Test
  void the_body_is_read_after_the_permit_is_complete() throws IOException {
    Call call = factory().newCall(request("/method"));
    try (var response = call.execute()) {
      time.advance(Duration.ofSeconds(2));
      assertThat(bucket().inUse()).isZero();
      assertThat(response.body().string()).isEqualTo("ok");
    }
  }
}
