package dev.throttle.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.clients.okhttp.ThrottledCallFactory;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

class RequestInInterceptorTest extends AttemptReview {

  @Test
  void a_request_made_in_an_interceptor_of_another_call_pays_for_itself() throws Exception {
    okhttp3.Call.Factory tokens = ThrottledCallFactory.of(okHttp, rules);
    OkHttpClient asking =
        okHttp
            .newBuilder()
            .addInterceptor(
                chain -> {
                  tokens.newCall(request("/a")).execute().close(); // a token, say
                  return chain.proceed(chain.request());
                })
            .build();
    ThrottledCallFactory.of(asking, rules).newCall(request("/a")).execute().close();
    assertThat(provider.count()).isEqualTo(2);
    assertThat(nine.inUse()).isEqualTo(2);
  }
}
