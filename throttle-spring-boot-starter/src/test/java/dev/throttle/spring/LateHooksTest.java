package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

class LateHooksTest {

  static final List<String> EVENTS = new ArrayList<>();

  static final class Response implements ClientHttpResponse {
    @Override
    public HttpStatusCode getStatusCode() {
      return HttpStatus.OK;
    }

    @Override
    public String getStatusText() {
      return "OK";
    }

    @Override
    public void close() {}

    @Override
    public InputStream getBody() {
      return new ByteArrayInputStream(new byte[0]);
    }

    @Override
    public HttpHeaders getHeaders() {
      HttpHeaders headers = new HttpHeaders();
      headers.setContentLength(0);
      return headers;
    }
  }

  static final class Request implements ClientHttpRequest, StreamingHttpOutputMessage {
    private final HttpHeaders headers = new HttpHeaders();
    private final URI uri;
    private final HttpMethod method;
    private Body body = out -> {};

    Request(URI uri, HttpMethod method) {
      this.uri = uri;
      this.method = method;
      EVENTS.add("request is made");
    }

    @Override
    public HttpMethod getMethod() {
      return method;
    }

    @Override
    public URI getURI() {
      return uri;
    }

    @Override
    public Map<String, Object> getAttributes() {
      return new java.util.HashMap<>();
    }

    @Override
    public HttpHeaders getHeaders() {
      return headers;
    }

    @Override
    public OutputStream getBody() {
      throw new IllegalStateException();
    }

    @Override
    public void setBody(Body body) {
      this.body = body;
    }

    @Override
    public ClientHttpResponse execute() throws IOException {
      body.writeTo(new ByteArrayOutputStream());
      return new Response();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Clients {
    @Bean
    RestClient.Builder builder() {
      ClientHttpRequestFactory factory = Request::new;
      return RestClient.builder().requestFactory(factory);
    }

    @Bean
    RestTemplate template() {
      return new RestTemplate(Request::new);
    }
  }

  @Test
  void an_upload_is_streamed_where_no_rule_is_about_it() {
    EVENTS.clear();
    InputStream big =
        new InputStream() {
          private int left = 100;

          @Override
          public int read() {
            EVENTS.add("body is read");
            return left-- > 0 ? 1 : -1;
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            int next = length == 0 ? 0 : read();
            if (next > 0) {
              into[offset] = (byte) next;
            }
            return next;
          }
        };
    Starter.application()
        .withUserConfiguration(Clients.class)
        .run(
            context -> {
              context
                  .getBean(RestClient.Builder.class)
                  .build()
                  .post()
                  .uri("http://example.org/upload")
                  .body(new InputStreamResource(big))
                  .retrieve()
                  .toBodilessEntity();
              assertThat(EVENTS).startsWith("request is made");
            });
  }

  @Test
  void a_builder_that_is_cloned_within_apply_is_throttled_still() {
    Starter.application()
        .withUserConfiguration(Clients.class)
        .withPropertyValues(
            "throttle.buckets.example.limit=1",
            "throttle.buckets.example.period=PT1H",
            "throttle.buckets.example.uri=example.org/**",
            "throttle.buckets.example.max-wait=PT0S")
        .run(
            context -> {
              List<RestClient> clients = new ArrayList<>();
              context
                  .getBean(RestClient.Builder.class)
                  .apply(builder -> clients.add(builder.clone().build()));
              clients.get(0).get().uri("http://example.org/").retrieve().toBodilessEntity();
              assertThat(context.getBean(dev.throttle.core.Buckets.class).bucket("example").inUse())
                  .isEqualTo(1);
            });
  }
}
