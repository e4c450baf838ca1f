package dev.throttle.clients.retrofit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.throttle.core.ThrottledException;
import dev.throttle.test.contract.HookedClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Test;
import retrofit2.Call;

class RetrofitExecuteTest extends RetrofitContract {

  @Override
  CompletableFuture<?> send(Call<ResponseBody> call) {
    return HookedClient.onThread(() -> body(call.execute()), thread -> call.cancel());
  }

  @Override
  protected boolean blocks() {
    return true;
  }

  @Test
  void making_a_call_is_free_and_each_clone_pays() throws IOException {
    Call<ResponseBody> call = api().method();
    assertThat(Throttles.none()).isTrue();
    call.execute();
    assertThat(bucket().inUse()).isEqualTo(1);
    CompletableFuture<?> clone = send(call.clone());
    awaitWaiting(1);
    time.advance(Duration.ofSeconds(2));
    clone.join();
    assertThat(provider.count()).isEqualTo(2);
  }

  @Test
  void a_call_is_executed_once() throws IOException {
    Call<ResponseBody> call = api().method();
    assertThat(call.isExecuted()).isFalse();
    call.execute();
    assertThat(call.isExecuted()).isTrue();
    assertThatThrownBy(call::execute)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Already executed.");
    assertThat(bucket().waiting()).isZero();
  }

  @Test
  void request_and_timeout_are_those_of_the_call() {
    Call<ResponseBody> call = api().method();
    assertThat(call.request().url().encodedPath()).isEqualTo("/method");
    assertThat(call.request()).isSameAs(call.request());
    assertThat(call.timeout()).isSameAs(call.timeout());
  }

  @Test
  void cancelling_a_wait_fails_it_as_okhttp_would() throws IOException {
    RetrofitApi.Calls api = api();
    api.method().execute();
    Call<ResponseBody> call = api.method();
    CompletableFuture<Object> waiting = HookedClient.onThread(call::execute);
    awaitWaiting(1);
    assertThat(call.isCanceled()).isFalse();
    call.cancel();
    assertThat(call.isCanceled()).isTrue();
    await().until(waiting::isDone);
    assertThatThrownBy(waiting::get).cause().isInstanceOf(IOException.class).hasMessage("Canceled");
  }

  @Test
  void a_call_that_was_cancelled_before_takes_no_permit() {
    Call<ResponseBody> call = api().method();
    call.cancel();
    assertThatThrownBy(call::execute).isInstanceOf(IOException.class).hasMessage("Canceled");
    assertThat(Throttles.none()).isTrue();
    assertThat(provider.count()).isZero();
  }

  @Test
  void an_interrupted_wait_is_a_refusal_and_keeps_the_flag() throws IOException {
    RetrofitApi.Calls api = api();
    api.method().execute();
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> api.method().execute())
          .isInstanceOfSatisfying(
              ThrottledException.class,
              e -> assertThat(e.reason()).isEqualTo(ThrottledException.Reason.INTERRUPTED));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(bucket().waiting()).isZero();
    awaitNothingInUse();
  }

  @Test
  void a_streamed_body_is_read_after_its_permit_is_complete() throws IOException {
    RetrofitApi.Calls api = api();
    api.method().execute();
    time.advance(Duration.ofSeconds(2));
    ResponseBody unread = api.streaming().execute().body();
    time.advance(Duration.ofSeconds(2));
    assertThat(bucket().inUse()).isZero();
    assertThat(unread.string()).isEqualTo("ok");
  }
}
