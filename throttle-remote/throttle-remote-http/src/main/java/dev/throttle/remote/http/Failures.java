package dev.throttle.remote.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Says what to do about a failure.
 *
 * @param where which server it is
 * @param timeout how long it had for its answer
 * @param secrets which nothing that is said may repeat
 */
record Failures(String where, Duration timeout, Set<String> secrets) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** So much of what a server says is shown. */
  private static final int SHOWN = 500;

  private static final Pattern CONTROLS = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]");

  /** Returns why there is no answer. */
  RuntimeException explain(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      if (root instanceof HttpTimeoutException || root instanceof HttpLeaseException) {
        break;
      }
      root = root.getCause();
    }
    if (root instanceof HttpLeaseException || root instanceof IllegalArgumentException) {
      return (RuntimeException) root;
    }
    if (root instanceof TimeoutException || root instanceof HttpTimeoutException) {
      return failed(
          "did not answer within "
              + timeout
              + ". Leases go on until they end. Fix: look whether it can be reached and what keeps"
              + " it busy, or allow more by timeout()");
    }
    String said = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    return failed(
        "cannot be reached: "
            + shown(said)
            + ". Leases go on until they end, and then calls wait until it can be. Fix: look whether"
            + " it runs, whether scheme, host and port are right, and whether its certificate is"
            + " trusted here");
  }

  /** Returns what an answer is that is not the JSON that was asked for. */
  HttpLeaseException unreadable(JsonProcessingException failure) {
    JsonLocation place = failure.getLocation();
    return unreadable(
        "no such JSON, as is seen at line "
            + (place == null ? 1 : place.getLineNr())
            + ", column "
            + (place == null ? 1 : place.getColumnNr()));
  }

  /** Returns what an answer is that makes no sense. */
  HttpLeaseException unreadable(String why) {
    return failed(
        "answered what cannot be understood: "
            + shown(why)
            + ". Fix: look whether the URI is that of a server of Throttle, of this version or a"
            + " newer one");
  }

  /** Returns why a server has refused. */
  RuntimeException refusal(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    JsonNode problem = problem(response.body());
    String type = problem.path("type").asText("");
    String detail = problem.path("detail").asText("");
    if (type.equals(V1.STALE_REQUEST)
        || type.equals(V1.UNKNOWN_LIMIT)
        || type.equals(V1.BAD_REQUEST)) {
      return new IllegalArgumentException(shown(detail));
    }
    Duration retryAfter = retryAfter(response);
    String message =
        "The ledger of "
            + where
            + " refused ("
            + status
            + "): "
            + (detail.isEmpty() ? "" : shown(detail) + " ")
            + "Fix: "
            + fix(status, retryAfter)
            + ".";
    return new HttpLeaseException(message, status, retryAfter);
  }

  /** Returns why nothing is asked yet. */
  HttpLeaseException tooEarly(Duration left) {
    return new HttpLeaseException(
        "The ledger of "
            + where
            + " is not asked before "
            + left
            + " from now, as it has said. Leases go on until they end. Fix: none is needed, unless"
            + " it says so again and again.",
        429,
        left);
  }

  private static String fix(int status, Duration retryAfter) {
    if (status >= 300 && status < 400) {
      return "give the URI of the server itself, since redirects are not followed";
    }
    if (status >= 500) {
      return "look into the log of the server, and whether its store can be reached; requests go on"
          + " to be made, and leases until they end";
    }
    return switch (status) {
      case 401 -> "give id and secret of a client of the server by client(id, secret)";
      case 403 -> "give the client the role that this needs, at the server";
      case 404 -> "look whether the URI is that of a server of Throttle";
      case 407 -> "give this JVM's proxy what it wants, or go around it by http.nonProxyHosts";
      case 413 -> "share fewer limits, or allow larger requests at the server";
      case 429 ->
          "allow the client more at the server, or renew less often by SharedBuckets.refresh"
              + (retryAfter.isZero() ? "" : "; it may be asked again in " + retryAfter);
      default -> "look whether client and server are of versions that belong together";
    };
  }

  private static Duration retryAfter(HttpResponse<byte[]> response) {
    String seconds = response.headers().firstValue("Retry-After").orElse("");
    return seconds.matches("\\d{1,7}")
        ? Duration.ofSeconds(Integer.parseInt(seconds))
        : Duration.ZERO;
  }

  private static JsonNode problem(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  private HttpLeaseException failed(String what) {
    return new HttpLeaseException("The ledger of " + where + " " + what + ".", 0, Duration.ZERO);
  }

  /** Whoever answers may repeat what it was told, and say what would forge a line of a log. */
  private String shown(String said) {
    String whole = CONTROLS.matcher(said).replaceAll("");
    if (secrets.stream().anyMatch(whole::contains)) {
      return "(it repeats the secret)";
    }
    String part = said.length() > SHOWN ? said.substring(0, SHOWN) + "..." : said;
    return CONTROLS.matcher(part).replaceAll("?");
  }
}
