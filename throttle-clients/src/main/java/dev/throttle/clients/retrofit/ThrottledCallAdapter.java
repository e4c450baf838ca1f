package dev.throttle.clients.retrofit;

import java.lang.reflect.Type;
import java.util.concurrent.CompletionStage;
import retrofit2.Call;
import retrofit2.CallAdapter;

/** Hands a throttled call to the adapter that would have had the plain one. */
final class ThrottledCallAdapter<T, R> implements CallAdapter<T, Object> {

  private final CallAdapter<T, R> next;
  private final boolean returnsCall;

  /**
   * @param returnsCall whether the method is declared to return a {@code Call} and no subtype
   */
  ThrottledCallAdapter(CallAdapter<T, R> next, boolean returnsCall) {
    this.next = next;
    this.returnsCall = returnsCall;
  }

  @Override
  public Type responseType() {
    return next.responseType();
  }

  @Override
  public Object adapt(Call<T> call) {
    ThrottledCall<T> throttled = new ThrottledCall<>(call, RetrofitMethod::attempt);
    Object adapted = next.adapt(throttled);
    if (adapted instanceof CompletionStage<?> stage) {
      // Retrofit's future tells the call of cancel(true) only, not of other ways to complete it.
      stage.whenComplete((value, failure) -> throttled.stopWaiting());
    } else if (returnsCall
        && adapted instanceof Call<?> wrapped
        && !(adapted instanceof ThrottledCall)) {
      // An adapter with a callback executor hides our call; a woven call site must see that it
      // pays.
      return new ThrottledCall<>(wrapped, null);
    }
    return adapted;
  }
}
