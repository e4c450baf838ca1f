package dev.throttle.demo;

import okhttp3.ResponseBody;
import retrofit2.Call;
import retrofit2.http.GET;
import retrofit2.http.Path;

/** The shop through Retrofit: a {@code Call} takes its turn when it is executed or enqueued. */
@ShopApi
interface RetrofitShop {

  @ShopApi.Products
  @GET("products/{id}")
  Call<ResponseBody> product(@Path("id") int id);

  @ShopApi.Orders
  @GET("orders/{id}")
  Call<ResponseBody> order(@Path("id") int id);

  @GET("stock/{id}")
  Call<ResponseBody> stock(@Path("id") int id);
}
