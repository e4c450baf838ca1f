package dev.throttle.clients.retrofit;

import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;
import retrofit2.Call;
import retrofit2.CallAdapter;
import retrofit2.Retrofit;

/**
 * Throttles the annotated methods of a Retrofit client: each execution of a call takes a permit.
 *
 * <pre>{@code
 * FooApi api =
 *     new Retrofit.Builder()
 *         .baseUrl("https://api.foo.com/")
 *         .addCallAdapterFactory(ThrottleCallAdapterFactory.create())
 *         .build()
 *         .create(FooApi.class);
 * }</pre>
 *
 * <p>Add it before all other call adapter factories: those before it get calls that are not
 * throttled. Making a call is free; {@code execute()} waits in the calling thread, {@code
 * enqueue()} without one, and a clone pays for itself. Cancelling a call that waits sends nothing
 * and fails it with {@code IOException("Canceled")}. The permit is complete when {@code execute()}
 * returns or just before the callback runs. A refusal is a {@link
 * dev.throttle.core.ThrottledException}, thrown or passed to {@code onFailure}.
 *
 * <p>Methods that carry no {@code @Throttle}, and whose interface carries none, are not touched.
 * Adding it twice charges once. Safe for use by many threads.
 */
public final class ThrottleCallAdapterFactory extends CallAdapter.Factory {

  private ThrottleCallAdapterFactory() {}

  /** Returns a factory. */
  public static ThrottleCallAdapterFactory create() {
    return new ThrottleCallAdapterFactory();
  }

  @Override
  public @Nullable CallAdapter<?, ?> get(
      Type returnType, Annotation[] annotations, Retrofit retrofit) {
    // Retrofit.nextCallAdapter would go round in circles where one factory was added twice.
    List<CallAdapter.Factory> factories = retrofit.callAdapterFactories();
    for (int i = factories.lastIndexOf(this) + 1; i < factories.size(); i++) {
      CallAdapter<?, ?> next = factories.get(i).get(returnType, annotations, retrofit);
      if (next != null) {
        return next instanceof ThrottledCallAdapter
            ? next
            : new ThrottledCallAdapter<>(next, getRawType(returnType) == Call.class);
      }
    }
    return null;
  }
}
