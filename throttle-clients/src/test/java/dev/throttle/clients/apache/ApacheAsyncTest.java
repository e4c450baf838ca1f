package dev.throttle.clients.apache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.throttle.clients.RuledClient;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import dev.throttle.test.contract.Endpoint;
import dev.throttle.test.contract.HookedClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.async.AsyncExecChainHandler;
import org.apache.hc.client5.http.async.HttpAsyncClient;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.async.methods.SimpleRequestProducer;
import org.apache.hc.client5.http.async.methods.SimpleResponseConsumer;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.Message;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.impl.bootstrap.HttpAsyncServer;
import org.apache.hc.core5.http.nio.AsyncRequestConsumer;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.AsyncServerRequestHandler;
import org.apache.hc.core5.http.nio.HandlerFactory;
import org.apache.hc.core5.http.nio.entity.DiscardingEntityConsumer;
import org.apache.hc.core5.http.nio.support.AsyncResponseBuilder;
import org.apache.hc.core5.http.nio.support.BasicRequestConsumer;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.http2.impl.nio.bootstrap.H2ServerBootstrap;
import org.apache.hc.core5.pool.ConnPoolControl;
import org.apache.hc.core5.reactor.ListenerEndpoint;
import org.junit.jupiter.api.Test;

class ApacheAsyncTest extends ApacheContract {

  /** Knows no host but this one. */
  private static final DnsResolver LOCAL =
      new DnsResolver() {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
          if (!host.equals("127.0.0.1")) {
            throw new UnknownHostException(host);
          }
          return SystemDefaultDnsResolver.INSTANCE.resolve(host);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
          return host;
        }
      };

  private PoolingAsyncClientConnectionManager pool = new PoolingAsyncClientConnectionManager();

  private HttpAsyncClientBuilder builder(Setting setting) {
    pool = PoolingAsyncClientConnectionManagerBuilder.create().setDnsResolver(LOCAL).build();
    HttpAsyncClientBuilder builder =
        HttpAsyncClients.custom()
            .setConnectionManager(pool)
            .setDefaultRequestConfig(Setting.request())
            .setDefaultCredentialsProvider(Setting.credentials())
            .setRetryStrategy(setting.retries())
            .setRoutePlanner(setting.routes());
    for (int i = 0; i < setting.timesInstalled(); i++) {
      ThrottleAsyncExecHandler.addTo(builder, setting.rules());
    }
    return builder;
  }

  private HttpAsyncClientBuilder builder() {
    return builder(Setting.of(1, RuledClient.rules(provider.baseUrl())));
  }

  private CloseableHttpAsyncClient started(HttpAsyncClientBuilder builder) {
    CloseableHttpAsyncClient client = closing(builder.build());
    client.start();
    return client;
  }

  @Override
  ConnPoolControl<HttpRoute> pool() {
    return pool;
  }

  @Override
  HookedClient client(String baseUrl, Setting setting) {
    CloseableHttpAsyncClient client = started(builder(setting));
    return new RuledClient(baseUrl) {
      @Override
      protected CompletableFuture<?> send(URI uri) {
        return ApacheAsyncTest.send(client, uri);
      }

      @Override
      public CompletableFuture<?> sendReflectively() throws ReflectiveOperationException {
        var execute =
            HttpAsyncClient.class.getMethod(
                "execute",
                AsyncRequestProducer.class,
                AsyncResponseConsumer.class,
                HandlerFactory.class,
                HttpContext.class,
                FutureCallback.class);
        Answer answer = new Answer();
        execute.invoke(
            client,
            SimpleRequestProducer.create(get(uri("/method"))),
            SimpleResponseConsumer.create(),
            null,
            null,
            answer);
        return answer;
      }
    };
  }

  /** What a user of the client would make of its callback. */
  private static class Answer extends CompletableFuture<String>
      implements FutureCallback<SimpleHttpResponse> {

    @Override
    public void completed(SimpleHttpResponse response) {
      if (response.getCode() < 300) {
        complete(response.getBodyText());
      } else {
        completeExceptionally(new IOException("status " + response.getCode()));
      }
    }

    @Override
    public void failed(Exception failure) {
      completeExceptionally(failure);
    }

    @Override
    public void cancelled() {
      cancel(false);
    }
  }

  private static SimpleHttpRequest get(URI uri) {
    return SimpleRequestBuilder.get(uri).build();
  }

  private static CompletableFuture<String> send(CloseableHttpAsyncClient client, URI uri) {
    Answer answer = new Answer();
    Future<?> future = client.execute(get(uri), answer);
    answer.whenComplete(
        (body, failure) -> {
          if (answer.isCancelled()) {
            future.cancel(true);
          }
        });
    return answer;
  }

  @Override
  protected boolean blocks() {
    return false;
  }

  @Test
  void the_example() throws IOException {
    Buckets buckets = Throttling.buckets();
    buckets.define("api.foo.com", Limit.of(1, Duration.ofSeconds(1)));
    UriRules rules = UriRules.of(buckets).when("api.foo.com/**").pass("api.foo.com");
    CloseableHttpAsyncClient client =
        ThrottleAsyncExecHandler.addTo(HttpAsyncClients.custom(), rules).build();
    client.start();
    assertThat(send(client, provider.uri("/")).join()).isEqualTo("ok"); // another host
    client.close();
  }

  @Test
  void requests_of_http_2_pay() throws Exception {
    HttpAsyncServer server = closing(h2Server());
    server.start();
    ListenerEndpoint port =
        server
            .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), URIScheme.HTTP)
            .get();
    URI uri =
        URI.create(
            "http://127.0.0.1:" + ((InetSocketAddress) port.getAddress()).getPort() + "/method");
    CloseableHttpAsyncClient client =
        closing(
            ThrottleAsyncExecHandler.addTo(
                    HttpAsyncClients.customHttp2(),
                    RuledClient.rules("http://" + uri.getAuthority()))
                .build());
    client.start();
    assertThat(send(client, uri).join()).isEqualTo("HTTP/2.0");
    CompletableFuture<String> second = send(client, uri);
    CompletableFuture<String> cancelled = send(client, uri);
    awaitWaiting(2);
    cancelled.cancel(true);
    awaitWaiting(1);
    time.advance(Duration.ofMillis(1_001));
    awaitDone(second);
    assertThat(second).isCompletedWithValue("HTTP/2.0");
    assertThat(bucket().inUse()).isEqualTo(1);
  }

  /** Answers with the version of the protocol. */
  private static HttpAsyncServer h2Server() {
    return H2ServerBootstrap.bootstrap()
        .setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_2)
        .setCanonicalHostName("127.0.0.1")
        .register(
            "*",
            new AsyncServerRequestHandler<Message<HttpRequest, Void>>() {
              @Override
              public AsyncRequestConsumer<Message<HttpRequest, Void>> prepare(
                  HttpRequest request, EntityDetails entity, HttpContext context) {
                return new BasicRequestConsumer<>(new DiscardingEntityConsumer<>());
              }

              @Override
              public void handle(
                  Message<HttpRequest, Void> request, ResponseTrigger trigger, HttpContext context)
                  throws HttpException, IOException {
                String version = request.getHead().getVersion().format();
                trigger.submitResponse(
                    AsyncResponseBuilder.create(200).setEntity(version).build(), context);
              }
            })
        .create();
  }

  @Test
  void a_refusal_reaches_the_future_too() {
    CloseableHttpAsyncClient client = started(builder());
    send(client, provider.uri("/method")).join();
    Future<SimpleHttpResponse> refused = client.execute(get(provider.uri("/busy")), null);
    assertThat(refused)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(ThrottledException.class);
  }

  @Test
  void a_request_that_has_waited_goes_on_in_no_thread_of_the_timer() {
    List<Thread> senders = new CopyOnWriteArrayList<>();
    AsyncExecChainHandler looking =
        (request, entity, scope, chain, callback) -> {
          senders.add(Thread.currentThread());
          chain.proceed(request, entity, scope, callback);
        };
    CloseableHttpAsyncClient client =
        started(builder().addExecInterceptorBefore(ChainElement.CONNECT.name(), "look", looking));
    send(client, provider.uri("/method")).join();
    CompletableFuture<String> waiting = send(client, provider.uri("/method"));
    awaitWaiting(1);
    time.advance(Duration.ofMillis(1_001)); // this thread is that of the timer
    awaitDone(waiting);
    assertThat(senders).hasSize(2).first().isEqualTo(Thread.currentThread());
    assertThat(senders.get(1)).isNotEqualTo(Thread.currentThread());
  }

  @Test
  void cancelling_at_the_moment_of_the_grant_leaks_nothing() {
    CloseableHttpAsyncClient client = started(builder());
    for (int i = 0; i < 20; i++) {
      Permit held = Throttling.buckets().throttle("api/method").acquire();
      CompletableFuture<String> cancelled = send(client, provider.uri("/method"));
      CompletableFuture<Void> cancelling = CompletableFuture.runAsync(() -> cancelled.cancel(true));
      held.giveBack();
      awaitDone(cancelling);
      awaitNothingInUse();
      assertThat(bucket().waiting()).isZero();
    }
    await().until(() -> pool.getTotalStats().getLeased() == 0);
  }

  @Test
  void a_call_that_waits_when_the_client_is_closed_fails_at_its_turn() throws IOException {
    CloseableHttpAsyncClient client = started(builder());
    send(client, provider.uri("/method")).join();
    CompletableFuture<String> waiting = send(client, provider.uri("/method"));
    awaitWaiting(1);
    client.close();
    time.advance(Duration.ofMillis(1_001));
    awaitDone(waiting);
    assertThat(waiting).isCompletedExceptionally();
    assertThat(provider.count()).isEqualTo(1);
    awaitNothingInUse();
  }

  @Test
  void what_a_callback_sends_when_a_request_could_not_be_sent_pays_for_itself() {
    CloseableHttpAsyncClient client = started(builder());
    CompletableFuture<String> fallback = new CompletableFuture<>();
    Answer first =
        new Answer() {
          @Override
          public void failed(Exception failure) {
            send(client, provider.uri("/inherited")).thenAccept(fallback::complete);
          }
        };
    client.execute(get(URI.create("http://unknown.example/inherited")), first);
    await().until(() -> bucket(Endpoint.INHERITED).waiting() == 1);
    assertThat(provider.count()).isZero();
    time.advance(Duration.ofMillis(1_001));
    awaitDone(fallback);
    assertThat(provider.count()).isEqualTo(1);
  }
}
