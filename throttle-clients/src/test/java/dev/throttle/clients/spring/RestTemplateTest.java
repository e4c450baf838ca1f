package dev.throttle.clients.spring;

import dev.throttle.clients.rule.UriRules;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestTemplate;

class RestTemplateTest extends BlockingContract {

  @Override
  Getting getting(JdkClientHttpRequestFactory requests, UriRules rules, int timesInstalled) {
    RestTemplate template = new RestTemplate(requests);
    for (int i = 0; i < timesInstalled; i++) {
      ThrottleInterceptor.addTo(template.getInterceptors(), rules);
    }
    return uri -> template.getForObject(uri, String.class);
  }
}
