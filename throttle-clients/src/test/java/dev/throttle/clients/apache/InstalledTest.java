package dev.throttle.clients.apache;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.hc.client5.http.auth.AuthExchange;
import org.apache.hc.client5.http.auth.AuthScheme;
import org.apache.hc.client5.http.impl.auth.BasicScheme;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpHost;
import org.junit.jupiter.api.Test;

class InstalledTest {

  private static HttpClientContext authenticatedBy(AuthScheme scheme) {
    AuthExchange exchange = new AuthExchange();
    exchange.select(scheme);
    HttpClientContext context = HttpClientContext.create();
    context.setAuthExchange(new HttpHost("api.foo.com"), exchange);
    return context;
  }

  @Test
  void a_connection_that_has_authenticated_is_kept_while_its_call_waits() {
    BasicScheme ofConnection =
        new BasicScheme() {
          @Override
          public boolean isConnectionBased() {
            return true;
          }
        };
    assertThat(Installed.mayLetGoOfConnection(authenticatedBy(ofConnection))).isFalse();
    assertThat(Installed.mayLetGoOfConnection(authenticatedBy(new BasicScheme()))).isTrue();
    assertThat(Installed.mayLetGoOfConnection(HttpClientContext.create())).isTrue();
  }
}
