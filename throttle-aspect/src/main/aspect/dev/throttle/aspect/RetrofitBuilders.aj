package dev.throttle.aspect;

import dev.throttle.clients.retrofit.ThrottleCallAdapterFactory;
import org.aspectj.lang.annotation.SuppressAjWarnings;
import retrofit2.Retrofit;

/**
 * Installs the hook of Retrofit clients where they are built, before all other adapters, since those
 * before it get calls that are not throttled. Binds no type of Retrofit, like {@link FeignBuilders}.
 */
public aspect RetrofitBuilders {

  @SuppressAjWarnings("adviceDidNotMatch")
  Object around():
      call(* retrofit2.Retrofit.Builder.build()) && !within(RetrofitBuilders) {
    Retrofit.Builder builder = ((Retrofit) proceed()).newBuilder();
    builder.callAdapterFactories().add(0, ThrottleCallAdapterFactory.create());
    return builder.build();
  }
}
