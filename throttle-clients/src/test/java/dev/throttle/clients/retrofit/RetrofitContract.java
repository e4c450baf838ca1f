package dev.throttle.clients.retrofit;

import dev.throttle.test.contract.Endpoint;
import dev.throttle.test.contract.HookContract;
import dev.throttle.test.contract.HookedClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import okhttp3.OkHttpClient;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.AfterEach;
import retrofit2.Call;
import retrofit2.CallAdapter;
import retrofit2.Response;
import retrofit2.Retrofit;

/** The contract, for one way to execute a call. */
abstract class RetrofitContract extends HookContract {

  private final List<OkHttpClient> clients = new ArrayList<>();

  abstract CompletableFuture<?> send(Call<ResponseBody> call);

  @AfterEach
  void closeClients() {
    for (OkHttpClient client : clients) {
      client.dispatcher().executorService().shutdown();
      client.connectionPool().evictAll();
    }
  }

  final Retrofit.Builder retrofit(String baseUrl) {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .readTimeout(Duration.ofSeconds(2))
            .retryOnConnectionFailure(false)
            .build();
    clients.add(client);
    return new Retrofit.Builder().baseUrl(baseUrl).client(client);
  }

  final Retrofit hooked(String baseUrl, int timesInstalled) {
    Retrofit.Builder builder = retrofit(baseUrl);
    for (int i = 0; i < timesInstalled; i++) {
      builder
          .addCallAdapterFactory(ThrottleCallAdapterFactory.create())
          .addCallAdapterFactory(new Wrapping());
    }
    return builder.build();
  }

  final RetrofitApi.Calls api() {
    return hooked(provider.baseUrl(), 1).create(RetrofitApi.Calls.class);
  }

  @Override
  protected HookedClient client(String baseUrl, int timesInstalled) {
    Retrofit retrofit = hooked(baseUrl, timesInstalled);
    RetrofitApi.Calls api = retrofit.create(RetrofitApi.Calls.class);
    RetrofitApi.Type type = retrofit.create(RetrofitApi.Type.class);
    return new HookedClient() {
      @Override
      public CompletableFuture<?> send(Endpoint endpoint) {
        return RetrofitContract.this.send(
            switch (endpoint) {
              case METHOD -> api.method();
              case TYPE -> type.type();
              case INHERITED -> api.inherited();
              case META -> api.meta();
            });
      }

      @Override
      @SuppressWarnings("unchecked") // as the method is declared
      public CompletableFuture<?> sendReflectively() throws ReflectiveOperationException {
        return RetrofitContract.this.send(
            (Call<ResponseBody>) RetrofitApi.Calls.class.getMethod("method").invoke(api));
      }

      @Override
      public CompletableFuture<?> sendUnlessBusy() {
        return RetrofitContract.this.send(api.unlessBusy());
      }

      @Override
      public CompletableFuture<?> sendUnthrottled() {
        return RetrofitContract.this.send(api.unannotated());
      }
    };
  }

  @Override
  protected boolean cancelsRequests() {
    return true;
  }

  static ResponseBody body(Response<ResponseBody> response) throws IOException {
    if (!response.isSuccessful()) {
      throw new IOException("status " + response.code());
    }
    return response.body();
  }

  /** Another adapter between two of ours, which hides one from the other. */
  private static final class Wrapping extends CallAdapter.Factory {
    @Override
    public CallAdapter<?, ?> get(
        java.lang.reflect.Type returnType,
        java.lang.annotation.Annotation[] annotations,
        Retrofit retrofit) {
      return wrap(retrofit.nextCallAdapter(this, returnType, annotations));
    }

    private static <T, R> CallAdapter<T, R> wrap(CallAdapter<T, R> next) {
      return new CallAdapter<>() {
        @Override
        public java.lang.reflect.Type responseType() {
          return next.responseType();
        }

        @Override
        public R adapt(Call<T> call) {
          return next.adapt(new ForwardingCall<>(call));
        }
      };
    }
  }
}
