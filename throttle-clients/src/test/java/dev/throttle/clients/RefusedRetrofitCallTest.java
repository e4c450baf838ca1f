package dev.throttle.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Test;
import retrofit2.Call;

class RefusedRetrofitCallTest extends AttemptReview {

  /** The map holds the request weakly, and the attempt, which holds the request, not. */
  @Test
  void a_refused_call_of_retrofit_is_not_kept_for_ever() throws Exception {
    Api api = retrofit(okHttp).create(Api.class);
    Throttling.buckets().throttle("none").acquire();
    Call<ResponseBody> call = api.refused();
    assertThatThrownBy(call::execute).isInstanceOf(ThrottledException.class);
    assertThat(Attempt.takeOver(call.request())).isNull();
  }

  @Test
  void a_cancelled_call_of_retrofit_is_not_kept_for_ever() throws Exception {
    Api api = retrofit(okHttp).create(Api.class);
    Throttling.buckets().throttle("nine").withCost(9).acquire();
    Call<ResponseBody> call = api.call();
    CompletableFuture<Throwable> failed = new CompletableFuture<>();
    call.enqueue(
        new retrofit2.Callback<>() {
          @Override
          public void onResponse(Call<ResponseBody> of, retrofit2.Response<ResponseBody> response) {
            failed.complete(null);
          }

          @Override
          public void onFailure(Call<ResponseBody> of, Throwable failure) {
            failed.complete(failure);
          }
        });
    call.cancel();
    assertThat(failed.get(5, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    assertThat(Attempt.takeOver(call.request())).isNull();
  }
}
