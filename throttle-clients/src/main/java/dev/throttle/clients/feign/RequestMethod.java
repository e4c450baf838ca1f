package dev.throttle.clients.feign;

import dev.throttle.clients.Attempt;
import feign.MethodMetadata;
import feign.Request;
import feign.RequestTemplate;
import org.jspecify.annotations.Nullable;

/** The interface method behind a Feign request. */
final class RequestMethod {

  private RequestMethod() {}

  /**
   * Returns the attempt to send a request; what no method made is not throttled. What changes the
   * address or the headers of a request keeps its template, by which it is known.
   *
   * @throws dev.throttle.core.ThrottledException if a bucket has as many keys as it may have
   */
  static Attempt attempt(Request request) {
    MethodMetadata method = of(request);
    return method == null
        ? Attempt.unthrottled(request.requestTemplate())
        : Attempt.ofMethod(
            method.targetType(),
            method.method(),
            request.requestTemplate(),
            FeignCall.argumentsOf(method.method()));
  }

  private static @Nullable MethodMetadata of(Request request) {
    RequestTemplate template = request.requestTemplate();
    MethodMetadata metadata = template == null ? null : template.methodMetadata();
    return metadata == null || metadata.method() == null || metadata.targetType() == null
        ? null
        : metadata;
  }
}
