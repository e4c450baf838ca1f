package dev.throttle.clients.retrofit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.test.contract.Endpoint;
import dev.throttle.test.contract.HookedClient;
import java.util.concurrent.CompletableFuture;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Test;
import retrofit2.Call;
import retrofit2.Retrofit;

class RetrofitFutureTest extends RetrofitContract {

  @Override
  CompletableFuture<?> send(Call<ResponseBody> call) {
    throw new AssertionError("methods that return futures make no call");
  }

  @Override
  protected HookedClient client(String baseUrl, int timesInstalled) {
    Retrofit retrofit = hooked(baseUrl, timesInstalled);
    RetrofitApi.Calls api = retrofit.create(RetrofitApi.Calls.class);
    RetrofitApi.Type type = retrofit.create(RetrofitApi.Type.class);
    return new HookedClient() {
      @Override
      public CompletableFuture<?> send(Endpoint endpoint) {
        return switch (endpoint) {
          case METHOD -> api.methodFuture();
          case TYPE -> type.typeFuture();
          case INHERITED -> api.inheritedFuture();
          case META -> api.metaFuture();
        };
      }

      @Override
      public CompletableFuture<?> sendReflectively() throws ReflectiveOperationException {
        return (CompletableFuture<?>) RetrofitApi.Calls.class.getMethod("methodFuture").invoke(api);
      }

      @Override
      public CompletableFuture<?> sendUnlessBusy() {
        return api.unlessBusyFuture();
      }

      @Override
      public CompletableFuture<?> sendUnthrottled() {
        return api.unannotatedFuture();
      }
    };
  }

  @Override
  protected boolean blocks() {
    return false;
  }

  @Test
  void a_future_that_is_completed_in_any_way_ends_the_wait() {
    RetrofitApi.Calls api = api();
    api.methodFuture().join();
    CompletableFuture<ResponseBody> cancelled = api.methodFuture();
    CompletableFuture<ResponseBody> completed = api.methodFuture();
    awaitWaiting(2);
    assertThat(cancelled.cancel(false)).isTrue();
    completed.complete(null);
    awaitWaiting(0);
    awaitNothingInUse();
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void cancelling_a_wait_leaves_the_future_cancelled() {
    RetrofitApi.Calls api = api();
    api.methodFuture().join();
    CompletableFuture<ResponseBody> waiting = api.methodFuture();
    waiting.cancel(true);
    awaitDone(waiting);
    awaitWaiting(0);
    assertThat(provider.count()).isEqualTo(1);
  }
}
