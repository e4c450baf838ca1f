package dev.throttle.clients.retrofit;

import dev.throttle.annotation.Throttle;
import dev.throttle.test.contract.FooApiCall;
import java.util.concurrent.CompletableFuture;
import okhttp3.ResponseBody;
import retrofit2.Call;
import retrofit2.http.GET;
import retrofit2.http.Streaming;

/** Interfaces of Retrofit's kind, for the contract. */
final class RetrofitApi {

  private RetrofitApi() {}

  interface Parent {
    @Throttle(value = "api/inherited", limit = 1, period = "PT1S")
    @GET("inherited")
    Call<ResponseBody> inherited();

    @Throttle(value = "api/inherited", limit = 1, period = "PT1S")
    @GET("inherited")
    CompletableFuture<ResponseBody> inheritedFuture();
  }

  interface Calls extends Parent {
    @Throttle(value = "api/method", limit = 1, period = "PT1S")
    @GET("method")
    Call<ResponseBody> method();

    @Throttle(value = "api/method", limit = 1, period = "PT1S")
    @GET("method")
    CompletableFuture<ResponseBody> methodFuture();

    @Throttle(value = "api/method", limit = 1, period = "PT1S", maxWait = "PT0S")
    @GET("method")
    Call<ResponseBody> unlessBusy();

    @Throttle(value = "api/method", limit = 1, period = "PT1S", maxWait = "PT0S")
    @GET("method")
    CompletableFuture<ResponseBody> unlessBusyFuture();

    @FooApiCall
    @GET("meta")
    Call<ResponseBody> meta();

    @FooApiCall
    @GET("meta")
    CompletableFuture<ResponseBody> metaFuture();

    @GET("unannotated")
    Call<ResponseBody> unannotated();

    @GET("unannotated")
    CompletableFuture<ResponseBody> unannotatedFuture();

    @Throttle("api/method")
    @Streaming
    @GET("method")
    Call<ResponseBody> streaming();
  }

  @Throttle(value = "api/type", limit = 1, period = "PT1S")
  interface Type {
    @GET("type")
    Call<ResponseBody> type();

    @GET("type")
    CompletableFuture<ResponseBody> typeFuture();
  }
}
