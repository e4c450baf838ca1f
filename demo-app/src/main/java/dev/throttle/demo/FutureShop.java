package dev.throttle.demo;

import java.util.concurrent.CompletableFuture;
import okhttp3.ResponseBody;
import retrofit2.http.GET;
import retrofit2.http.Path;

/** The shop through Retrofit's futures: cancelling one that waits costs nobody a permit. */
@ShopApi
interface FutureShop {

  @ShopApi.Products
  @GET("products/{id}")
  CompletableFuture<ResponseBody> product(@Path("id") int id);

  @ShopApi.Orders
  @GET("orders/{id}")
  CompletableFuture<ResponseBody> order(@Path("id") int id);

  @GET("stock/{id}")
  CompletableFuture<ResponseBody> stock(@Path("id") int id);
}
