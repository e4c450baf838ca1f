package dev.throttle.clients.feign;

import dev.throttle.clients.Attempt;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import feign.MethodMetadata;
import feign.Request;
import feign.RequestTemplate;
import org.jspecify.annotations.Nullable;

/** The interface method behind a Feign request. */
final class RequestMethod {

  private RequestMethod() {}

  /**
   * Returns what a request has to pass, or null; what no method made is not throttled.
   *
   * @throws dev.throttle.core.ThrottledException if a bucket has as many keys as it may have
   */
  static @Nullable Throttle due(Request request) {
    MethodMetadata method = of(request);
    return method == null
        ? null
        : Attempt.due(
            method.targetType(),
            method.method(),
            request.requestTemplate(),
            FeignCall.argumentsOf(method.method()));
  }

  /** Returns whether a request is that of a method with a limit. */
  static boolean isThrottled(Request request) {
    MethodMetadata method = of(request);
    return method != null && Attempt.isThrottled(method.targetType(), method.method());
  }

  /** Says that the attempt to send a request is complete. */
  static void completed(Request request) {
    MethodMetadata method = of(request);
    if (method != null) {
      Attempt.completed(method.targetType(), method.method());
    }
  }

  /** Returns the permit of the call site that paid for a request, to be closed with the attempt. */
  static @Nullable Permit passOn(Request request) {
    MethodMetadata method = of(request);
    return method == null ? null : Attempt.passOn(method.targetType(), method.method());
  }

  private static @Nullable MethodMetadata of(Request request) {
    RequestTemplate template = request.requestTemplate();
    MethodMetadata metadata = template == null ? null : template.methodMetadata();
    return metadata == null || metadata.method() == null || metadata.targetType() == null
        ? null
        : metadata;
  }

  /**
   * Says that this thread sends a request; what changes its address or headers keeps its template.
   */
  static @Nullable Object enter(Request request) {
    MethodMetadata method = of(request);
    return method == null
        ? Attempt.enter(request.requestTemplate())
        : Attempt.enter(method.targetType(), method.method(), request.requestTemplate());
  }
}
