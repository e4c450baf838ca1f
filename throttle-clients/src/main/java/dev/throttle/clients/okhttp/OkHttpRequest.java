package dev.throttle.clients.okhttp;

import dev.throttle.clients.rule.UriRequest;
import java.net.URI;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** A request as rules see it. */
record OkHttpRequest(Request request) implements UriRequest {

  @Override
  public String method() {
    return request.method();
  }

  @Override
  public URI uri() {
    return request.url().uri();
  }

  @Override
  public @Nullable String header(String name) {
    return request.header(name);
  }
}
