package dev.throttle.clients.feign;

import feign.AsyncClient;
import feign.AsyncFeign;
import feign.BaseBuilder;
import feign.Capability;
import feign.Client;
import feign.DefaultAsyncClient;
import feign.DefaultClient;
import feign.InvocationHandlerFactory;
import java.lang.reflect.Field;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Throttles the annotated methods of a Feign client: each network attempt takes a permit, so each
 * of Feign's own retries does.
 *
 * <pre>{@code
 * FooApi api =
 *     Feign.builder()
 *         .addCapability(new ThrottleCapability())
 *         .target(FooApi.class, "https://api.foo.com");
 * }</pre>
 *
 * <p>With {@code Feign} the calling thread waits; with {@code AsyncFeign} no thread does, and
 * cancelling the method's future before its turn means that nothing is sent. The permit is complete
 * when the response's headers are in, or the attempt has failed. A refusal reaches the caller as
 * {@link dev.throttle.core.ThrottledException}, which Feign does not retry.
 *
 * <p>A method whose key or cost is among its arguments needs this capability to be added after all
 * others, and its requests to be sent by the thread that makes the call; otherwise the arguments
 * are not known, and the call fails with an {@link IllegalStateException}.
 *
 * <p>Methods that carry no {@code @Throttle}, and whose interface carries none, are not touched.
 * Adding it twice charges once. Safe for use by many builders and threads.
 */
public final class ThrottleCapability implements Capability {

  private final @Nullable ExecutorService executor;

  /** Makes one whose {@code AsyncFeign} default client has daemon threads of its own. */
  public ThrottleCapability() {
    this.executor = null;
  }

  /**
   * Makes one for {@code AsyncFeign} builders that name no client.
   *
   * <p>A capability sees neither that builder's own {@code executorService} nor the client that it
   * would make of it, so it makes that client itself.
   *
   * @param executor what the blocking requests of that client run on; yours to shut down
   */
  public ThrottleCapability(ExecutorService executor) {
    this.executor = Objects.requireNonNull(executor, "executor must not be null.");
  }

  /**
   * Adds one to a builder, with the builder's own {@code executorService} where it has one: what
   * woven calls of {@code build} and {@code target} do.
   */
  public static void addTo(BaseBuilder<?, ?> builder) {
    ExecutorService executor =
        builder instanceof AsyncFeign.AsyncBuilder ? executorOf(builder) : null;
    builder.addCapability(
        executor == null ? new ThrottleCapability() : new ThrottleCapability(executor));
  }

  private static @Nullable ExecutorService executorOf(BaseBuilder<?, ?> builder) {
    try {
      Field field = AsyncFeign.AsyncBuilder.class.getDeclaredField("executorService");
      field.setAccessible(true);
      return (ExecutorService) field.get(builder);
    } catch (ReflectiveOperationException | RuntimeException unknown) {
      // Another version of Feign, or one that does not let us look: it has no executor to keep.
      return null;
    }
  }

  @Override
  public Client enrich(Client client) {
    return client instanceof ThrottledClient ? client : new ThrottledClient(client);
  }

  /** Also takes null, which Feign passes for a builder that names no client. */
  @Override
  public AsyncClient<Object> enrich(@Nullable AsyncClient<Object> client) {
    if (client instanceof ThrottledAsyncClient) {
      return client;
    }
    return new ThrottledAsyncClient(client == null ? defaultClient() : client);
  }

  @Override
  public InvocationHandlerFactory enrich(InvocationHandlerFactory factory) {
    return factory instanceof FollowedCalls ? factory : new FollowedCalls(factory);
  }

  /** What Feign would have made: were it left to Feign, it would not be throttled. */
  private AsyncClient<Object> defaultClient() {
    ExecutorService threads =
        executor != null ? executor : Executors.newCachedThreadPool(ThrottleCapability::daemon);
    return new DefaultAsyncClient<>(new DefaultClient(null, null), threads);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "throttle-feign");
    thread.setDaemon(true);
    return thread;
  }
}
