package dev.throttle.aspect;

import dev.throttle.clients.okhttp.ThrottleInterceptor;
import dev.throttle.clients.retrofit.ThrottleCallAdapterFactory;
import okhttp3.OkHttpClient;
import org.aspectj.lang.annotation.SuppressAjWarnings;
import retrofit2.Retrofit;

/**
 * Installs the hooks of Retrofit clients where they are built: before all other adapters, since those
 * before it get calls that are not throttled, and in OkHttp, for what that sends by itself. Binds no type of Retrofit, like {@link FeignBuilders}.
 */
public aspect RetrofitBuilders {

  @SuppressAjWarnings("adviceDidNotMatch")
  Object around():
      call(* retrofit2.Retrofit.Builder.build()) && !within(RetrofitBuilders) {
    Retrofit built = (Retrofit) proceed();
    Retrofit.Builder builder = built.newBuilder();
    builder.callAdapterFactories().add(0, ThrottleCallAdapterFactory.create());
    if (built.callFactory() instanceof OkHttpClient client) {
      builder.client(
          client.newBuilder().addNetworkInterceptor(ThrottleInterceptor.ofMethods()).build());
    }
    return builder.build();
  }
}
