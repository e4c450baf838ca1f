package dev.throttle.remote.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** HTTP/2, by which a body can come that nobody has said the length of. */
class Http2Test {

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

  private HttpResponse<String> send(String method, HttpRequest.BodyPublisher body)
      throws Exception {
    HttpRequest request =
        Api.request(
                RunningServer.shared().uri(), method.equals("GET") ? "/openapi.yaml" : "/v1/leases")
            .header("Authorization", Api.basic("orders"))
            .method(method, body)
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void a_body_must_say_how_long_it_is() throws Exception {
    assertThat(send("GET", HttpRequest.BodyPublishers.noBody()).version())
        .as("the connection is one of HTTP/2 from here on")
        .isEqualTo(HttpClient.Version.HTTP_2);
    String wish = Api.wish("one", "http2");
    HttpResponse<String> told = send("POST", HttpRequest.BodyPublishers.ofString(wish));
    assertThat(told.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(told.statusCode()).isEqualTo(200);
    byte[] untold = (" ".repeat(20_000) + wish).getBytes(StandardCharsets.UTF_8);
    HttpResponse<String> refused =
        send(
            "POST",
            HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(untold)));
    assertThat(refused.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(refused.statusCode()).isEqualTo(411);
  }
}
