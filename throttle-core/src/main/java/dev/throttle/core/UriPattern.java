package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which requests are meant, by method, host, port and path: {@code GET api.foo.com/users/**}.
 *
 * <ul>
 *   <li>The method is compared as it is; without one, all methods are meant.
 *   <li>The host is compared without regard to case. {@code *} is any host, {@code *.foo.com} any
 *       below {@code foo.com}, but not {@code foo.com} itself.
 *   <li>Without a port the one of the request's scheme is meant, 443 or 80, written or not. {@code
 *       :8080} is that port, {@code :*} any. The scheme does not matter otherwise.
 *   <li>The path is compared by its segments, with regard to case, after percent-encoded characters
 *       were decoded in each: {@code %2F} does not part segments. {@code *} is one segment, {@code
 *       **} at the end all that follow, also none. Empty segments do not count, so neither does a
 *       slash at the end; {@code .} and {@code ..} are resolved.
 *   <li>User, query and fragment do not matter.
 * </ul>
 *
 * <p>Immutable. Matching allocates nothing, unless a path has encoded characters or dots.
 */
public final class UriPattern {

  private static final int OF_SCHEME = -1;
  private static final int ANY = -2;

  private static final Pattern METHOD = Pattern.compile("[A-Z]+(-[A-Z]+)*");
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final Pattern COMMA = Pattern.compile(",");
  private static final Pattern SLASHES = Pattern.compile("/+");

  private final @Nullable String method;

  /** In lower case; empty for any; with a dot before it for those below. */
  private final String host;

  private final int port;

  /** Decoded; null where any is meant. */
  private final @Nullable String[] segments;

  private final boolean open;
  private final String text;

  private UriPattern(@Nullable String method, String target, String text) {
    this.method = method;
    this.text = text;
    if (target.contains("://")) {
      throw bad("be without its scheme, such as api.foo.com/users/**", text);
    }
    if (target.contains("?") || target.contains("#")) {
      throw bad("be without query and fragment, which are not looked at", text);
    }
    int slash = target.indexOf('/');
    if (slash < 0) {
      throw bad(
          "have a path, such as api.foo.com/** for all of a host and api.foo.com/ for its root",
          text);
    }
    String authority = target.substring(0, slash);
    int colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
    this.host = host(colon < 0 ? authority : authority.substring(0, colon), text);
    this.port = colon < 0 ? OF_SCHEME : port(authority.substring(colon + 1), text);
    String path = target.substring(slash);
    requireLegal("http://any" + path, text);
    String[] words =
        SLASHES.splitAsStream(path).filter(word -> !word.isEmpty()).toArray(String[]::new);
    this.open = words.length > 0 && words[words.length - 1].equals("**");
    this.segments = new @Nullable String[open ? words.length - 1 : words.length];
    for (int i = 0; i < segments.length; i++) {
      segments[i] = segment(words[i], text);
    }
  }

  /**
   * Returns the pattern that a text makes, which is a target, or a method and a target.
   *
   * @throws IllegalArgumentException if it is none, with the reason
   */
  public static UriPattern of(String text) {
    List<String> words = BLANKS.splitAsStream(requireNonNull(text, "uri").strip()).toList();
    if (words.size() > 2 || words.get(0).isEmpty()) {
      throw bad("be a pattern such as api.foo.com/** or GET api.foo.com/users/**", text);
    }
    return words.size() == 1
        ? new UriPattern(null, words.get(0), words.get(0))
        : of(words.get(0), words.get(1), text);
  }

  /**
   * Returns the pattern for one method.
   *
   * @param method in capitals
   * @throws IllegalArgumentException if it is none, with the reason
   */
  public static UriPattern of(String method, String target) {
    requireNonNull(method, "method");
    requireNonNull(target, "uri");
    return of(method, target.strip(), method + " " + target);
  }

  private static UriPattern of(String method, String target, String text) {
    if (!METHOD.matcher(method).matches()) {
      throw bad("begin with a host, or with a method in capitals such as GET", text);
    }
    return new UriPattern(method, target, method + " " + target);
  }

  /**
   * Returns the patterns of a text that has several, with commas between; a comma of a path is to
   * be written as {@code %2C}.
   */
  static List<UriPattern> list(String text) {
    return Arrays.stream(COMMA.split(text, -1)).map(UriPattern::of).toList();
  }

  private static String host(String written, String text) {
    if (written.equals("*")) {
      return "";
    }
    boolean below = written.startsWith("*.");
    String host = below ? written.substring(2) : written;
    URI uri = requireLegal("http://" + host + "/", text);
    if (uri.getHost() == null || uri.getUserInfo() != null) {
      throw bad("name a host, such as api.foo.com, *.foo.com, [::1] or * for any", text);
    }
    return (below ? "." : "") + host.toLowerCase(Locale.ROOT);
  }

  private static int port(String written, String text) {
    if (written.equals("*")) {
      return ANY;
    }
    if (!written.matches("[0-9]{1,5}")
        || Integer.parseInt(written) < 1
        || Integer.parseInt(written) > 65_535) {
      throw bad("have a port from 1 to 65535, * for any, or none for that of the scheme", text);
    }
    return Integer.parseInt(written);
  }

  private static @Nullable String segment(String word, String text) {
    if (word.equals("*")) {
      return null;
    }
    if (word.equals("**")) {
      throw bad("have ** only at its end, where it is all that follows", text);
    }
    if (word.contains("*")) {
      throw bad("have * only as a whole segment; a star itself is %2A", text);
    }
    if (word.equals(".") || word.equals("..")) {
      throw bad("have no segments . and ..", text);
    }
    return decoded(word);
  }

  private static URI requireLegal(String uri, String text) {
    try {
      return new URI(uri);
    } catch (URISyntaxException e) {
      throw bad("have only characters that a URI may have; encode others, such as %20", text);
    }
  }

  private static IllegalArgumentException bad(String rule, String text) {
    return badArgument("uri must %s, but was '%s'.", rule, text.strip());
  }

  /** Returns whether a request is meant. */
  public boolean matches(String requestMethod, URI uri) {
    return (method == null || method.equals(requestMethod))
        && matchesHost(uri.getHost())
        && matchesPort(uri)
        && matchesPath(uri);
  }

  private boolean matchesHost(@Nullable String of) {
    if (of == null) {
      return false;
    }
    if (host.isEmpty() || !host.startsWith(".")) {
      return host.isEmpty() || host.equalsIgnoreCase(of);
    }
    int rest = of.length() - host.length();
    return rest > 0 && of.regionMatches(true, rest, host, 0, host.length());
  }

  private boolean matchesPort(URI uri) {
    if (port == ANY) {
      return true;
    }
    int given = uri.getPort();
    int usual = "http".equalsIgnoreCase(uri.getScheme()) ? 80 : 443;
    return (given < 0 ? usual : given) == (port == OF_SCHEME ? usual : port);
  }

  private boolean matchesPath(URI uri) {
    String path = Objects.requireNonNullElse(uri.getRawPath(), "");
    if (path.contains("/.")) {
      path = Objects.requireNonNullElse(uri.normalize().getRawPath(), "");
    }
    int at = 0;
    for (String segment : segments) {
      int begin = afterSlashes(path, at);
      if (begin == path.length()) {
        return false;
      }
      int slash = path.indexOf('/', begin);
      at = slash < 0 ? path.length() : slash;
      if (segment != null && !isSegment(path, begin, at, segment)) {
        return false;
      }
    }
    return open || afterSlashes(path, at) == path.length();
  }

  private static int afterSlashes(String path, int from) {
    int at = from;
    while (at < path.length() && path.charAt(at) == '/') {
      at++;
    }
    return at;
  }

  private static boolean isSegment(String path, int begin, int end, String segment) {
    int encoded = path.indexOf('%', begin);
    return (encoded >= 0 && encoded < end)
        ? decoded(path.substring(begin, end)).equals(segment)
        : end - begin == segment.length() && path.startsWith(segment, begin);
  }

  /**
   * Returns the segments of a path as they are compared: decoded, without those that are empty.
   *
   * @param uri of which only the path matters
   */
  public static List<String> segmentsOf(URI uri) {
    String path = Objects.requireNonNullElse(uri.normalize().getRawPath(), "");
    List<String> segments = new ArrayList<>();
    SLASHES
        .splitAsStream(path)
        .filter(word -> !word.isEmpty())
        .forEach(word -> segments.add(decoded(word)));
    return segments;
  }

  private static String decoded(String segment) {
    // A plus is a plus in a path, other than in a form.
    return segment.indexOf('%') < 0
        ? segment
        : URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UriPattern that
        && Objects.equals(method, that.method)
        && host.equals(that.host)
        && port == that.port
        && open == that.open
        && Arrays.equals(segments, that.segments);
  }

  @Override
  public int hashCode() {
    return Objects.hash(method, host, port, open, Arrays.hashCode(segments));
  }

  /** Returns the pattern as it was written. */
  @Override
  public String toString() {
    return text;
  }
}
