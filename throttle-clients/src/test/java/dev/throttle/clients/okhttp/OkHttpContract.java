package dev.throttle.clients.okhttp;

import dev.throttle.clients.RuledClient;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.ThrottledException;
import dev.throttle.test.contract.HookContract;
import dev.throttle.test.contract.HookedClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;

/** The contract, for one way to throttle and execute a call. */
abstract class OkHttpContract extends HookContract {

  private final List<OkHttpClient> clients = new ArrayList<>();

  /** Returns what makes throttled calls. */
  abstract Call.Factory factory(OkHttpClient client, UriRules rules, int timesInstalled);

  abstract CompletableFuture<?> send(Call call);

  @AfterEach
  void closeClients() {
    for (OkHttpClient client : clients) {
      client.dispatcher().executorService().shutdown();
      client.connectionPool().evictAll();
    }
  }

  final OkHttpClient okHttp() {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .readTimeout(Duration.ofSeconds(2))
            .retryOnConnectionFailure(false)
            .build();
    clients.add(client);
    return client;
  }

  final Call.Factory factory() {
    return factory(okHttp(), RuledClient.rules(provider.baseUrl()), 1);
  }

  final Request request(String path) {
    return new Request.Builder().url(provider.baseUrl() + path).build();
  }

  @Override
  protected final HookedClient client(String baseUrl, int timesInstalled) {
    Call.Factory factory = factory(okHttp(), RuledClient.rules(baseUrl), timesInstalled);
    return new RuledClient(baseUrl) {
      @Override
      protected CompletableFuture<?> send(URI uri) {
        return OkHttpContract.this.send(call(uri));
      }

      @Override
      public CompletableFuture<?> sendReflectively() throws ReflectiveOperationException {
        return OkHttpContract.this.send(
            (Call)
                Call.Factory.class
                    .getMethod("newCall", Request.class)
                    .invoke(factory, new Request.Builder().url(uri("/method").toString()).build()));
      }

      private Call call(URI uri) {
        return factory.newCall(new Request.Builder().url(uri.toString()).build());
      }
    };
  }

  @Override
  protected final boolean cancelsRequests() {
    return true;
  }

  static String execute(Call call) throws IOException {
    try (Response response = call.execute()) {
      if (!response.isSuccessful()) {
        throw new IOException("status " + response.code());
      }
      return response.body().string();
    } catch (IOException e) {
      if (e.getCause() instanceof ThrottledException refusal) {
        throw refusal;
      }
      throw e;
    }
  }

  static CompletableFuture<?> enqueue(Call call) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    answer.whenComplete(
        (body, failure) -> {
          if (answer.isCancelled()) {
            call.cancel();
          }
        });
    call.enqueue(
        new Callback() {
          @Override
          public void onResponse(Call inner, Response response) throws IOException {
            try (response) {
              if (response.isSuccessful()) {
                answer.complete(response.body().string());
              } else {
                answer.completeExceptionally(new IOException("status " + response.code()));
              }
            } catch (IOException e) {
              answer.completeExceptionally(e);
            }
          }

          @Override
          public void onFailure(Call inner, IOException failure) {
            answer.completeExceptionally(
                failure.getCause() instanceof ThrottledException refusal ? refusal : failure);
          }
        });
    return answer;
  }
}
