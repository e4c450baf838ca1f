package dev.throttle.clients.feign;

import dev.throttle.clients.Attempt;
import dev.throttle.core.Throttle;
import feign.MethodMetadata;
import feign.Request;
import feign.RequestTemplate;
import org.jspecify.annotations.Nullable;

/** The interface method behind a Feign request. */
final class RequestMethod {

  private RequestMethod() {}

  /**
   * Returns what a request has to pass, or null; requests that no method made are not throttled.
   */
  static @Nullable Throttle due(Request request) {
    RequestTemplate template = request.requestTemplate();
    MethodMetadata metadata = template == null ? null : template.methodMetadata();
    return metadata == null || metadata.method() == null || metadata.targetType() == null
        ? null
        : Attempt.due(metadata.targetType(), metadata.method(), template);
  }

  /**
   * Says that this thread sends a request; what changes its address or headers keeps its template.
   */
  static @Nullable Object enter(Request request) {
    return Attempt.enter(request.requestTemplate());
  }
}
