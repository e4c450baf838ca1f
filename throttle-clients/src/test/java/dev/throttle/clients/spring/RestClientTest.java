package dev.throttle.clients.spring;

import dev.throttle.clients.rule.UriRules;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

class RestClientTest extends BlockingContract {

  @Override
  Getting getting(JdkClientHttpRequestFactory requests, UriRules rules, int timesInstalled) {
    RestClient.Builder builder = RestClient.builder().requestFactory(requests);
    for (int i = 0; i < timesInstalled; i++) {
      builder.requestInterceptor(ThrottleInterceptor.of(rules));
    }
    RestClient client = builder.build();
    return uri -> client.get().uri(uri).retrieve().body(String.class);
  }
}
