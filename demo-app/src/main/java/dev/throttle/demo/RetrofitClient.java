package dev.throttle.demo;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import okhttp3.OkHttpClient;
import okhttp3.ResponseBody;
import retrofit2.Call;
import retrofit2.Callback;
import retrofit2.HttpException;
import retrofit2.Response;
import retrofit2.Retrofit;

/** Calls through Retrofit, enqueued. */
final class RetrofitClient implements Client {

  private final RetrofitShop shop;

  RetrofitClient(String url, OkHttpClient http) {
    shop = new Retrofit.Builder().baseUrl(url).client(http).build().create(RetrofitShop.class);
  }

  @Override
  public int atOnce() {
    return 100;
  }

  @Override
  public CompletionStage<?> call(Errand errand) {
    Answer answer = new Answer();
    Call<ResponseBody> call =
        switch (errand.endpoint()) {
          case PRODUCTS -> shop.product(errand.id());
          case ORDERS -> shop.order(errand.id());
          case STOCK -> shop.stock(errand.id());
        };
    call.enqueue(answer);
    return answer;
  }

  private static final class Answer extends CompletableFuture<ResponseBody>
      implements Callback<ResponseBody> {

    @Override
    public void onResponse(Call<ResponseBody> call, Response<ResponseBody> response) {
      if (response.isSuccessful()) {
        complete(response.body());
      } else {
        completeExceptionally(new HttpException(response));
      }
    }

    @Override
    public void onFailure(Call<ResponseBody> call, Throwable failure) {
      completeExceptionally(failure);
    }
  }
}
