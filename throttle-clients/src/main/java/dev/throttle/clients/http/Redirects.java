package dev.throttle.clients.http;

import java.net.URI;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which answers are followed, and by which request: as the JDK's own client does, so that each
 * request can wait for its turn, which the JDK's own would not.
 *
 * <p>Two things differ, as RFC 9110 (15.4) has them: a HEAD stays a HEAD, and what tells who is
 * asking is not told to another server.
 */
record Redirects(Redirect policy) {

  /** As many as the JDK's client would, or one more, unless it is told otherwise. */
  private static final int MOST = 5;

  private static final Set<String> OF_BODY =
      Set.of("content-type", "content-encoding", "content-language", "content-location");
  private static final Set<String> OF_SENDER =
      Set.of("authorization", "cookie", "proxy-authorization");

  /**
   * Returns the request that follows an answer, or null if it is the final one.
   *
   * @param followed how many were followed before
   */
  @Nullable HttpRequest next(HttpRequest request, ResponseInfo answer, int followed) {
    URI to = followed < MOST ? target(request.uri(), answer) : null;
    if (to == null) {
      return null;
    }
    String method = method(request.method(), answer.statusCode());
    boolean keepsBody = method.equals(request.method());
    boolean staysThere = isSameServer(request.uri(), to);
    HttpRequest.Builder next =
        HttpRequest.newBuilder(
                request,
                (name, value) -> {
                  String header = name.toLowerCase(Locale.ROOT);
                  return (keepsBody || !OF_BODY.contains(header))
                      && (staysThere || !OF_SENDER.contains(header));
                })
            .uri(to);
    return keepsBody
        ? next.build()
        : next.method(method, HttpRequest.BodyPublishers.noBody()).build();
  }

  private @Nullable URI target(URI from, ResponseInfo answer) {
    if (policy == Redirect.NEVER || !isRedirect(answer.statusCode())) {
      return null;
    }
    String location = answer.headers().firstValue("Location").orElse("");
    try {
      URI to = location.isBlank() ? null : from.resolve(location);
      return to != null && to.getHost() != null && isAllowed(from, to) ? to : null;
    } catch (IllegalArgumentException noUri) {
      return null;
    }
  }

  private boolean isAllowed(URI from, URI to) {
    return "https".equalsIgnoreCase(to.getScheme())
        || ("http".equalsIgnoreCase(to.getScheme())
            && (policy == Redirect.ALWAYS || "http".equalsIgnoreCase(from.getScheme())));
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private static String method(String before, int status) {
    boolean anew = status == 303 && !before.equals("HEAD");
    boolean historically = (status == 301 || status == 302) && before.equals("POST");
    return anew || historically ? "GET" : before;
  }

  private static boolean isSameServer(URI a, URI b) {
    return a.getScheme().equalsIgnoreCase(b.getScheme())
        && a.getHost().equalsIgnoreCase(b.getHost())
        && port(a) == port(b);
  }

  private static int port(URI uri) {
    int usual = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    return uri.getPort() < 0 ? usual : uri.getPort();
  }
}
