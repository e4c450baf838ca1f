package dev.throttle.clients.retrofit;

import java.io.IOException;
import okhttp3.Request;
import okio.Timeout;
import retrofit2.Call;
import retrofit2.Callback;
import retrofit2.Response;

/** A call as another library would wrap it. */
record ForwardingCall<T>(Call<T> call) implements Call<T> {

  @Override
  public Response<T> execute() throws IOException {
    return call.execute();
  }

  @Override
  public void enqueue(Callback<T> callback) {
    call.enqueue(callback);
  }

  @Override
  public boolean isExecuted() {
    return call.isExecuted();
  }

  @Override
  public void cancel() {
    call.cancel();
  }

  @Override
  public boolean isCanceled() {
    return call.isCanceled();
  }

  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod")
  public Call<T> clone() {
    return new ForwardingCall<>(call.clone());
  }

  @Override
  public Request request() {
    return call.request();
  }

  @Override
  public Timeout timeout() {
    return call.timeout();
  }
}
