package dev.throttle.remote.server;

import dev.throttle.core.Buckets;
import dev.throttle.core.KeyedThrottle;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads bodies, of those who may ask, before anything is done with them. One that is too long is
 * refused before any of it is read, for which it must say how long it is. One that comes too slowly
 * is given up: between two parts of it the container waits no longer than its own time-out, and for
 * all of it this waits no longer than the one here. A thread waits for it meanwhile, so of each
 * client only some are read at once.
 */
final class BodyGuard extends OncePerRequestFilter {

  private static final Set<String> BODILESS = Set.of("GET", "HEAD", "DELETE", "OPTIONS");

  private final long most;
  private final Duration timeout;
  private final Problems problems;
  private final KeyedThrottle reading;

  BodyGuard(long most, Duration timeout, int atOnce, Buckets buckets, Problems problems) {
    this.most = most;
    this.timeout = timeout;
    this.problems = problems;
    buckets.defineKeyed("server/bodies", Limit.concurrent(atOnce));
    this.reading = buckets.keyedThrottle("server/bodies");
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    long length = request.getContentLengthLong();
    if (length < 0 && mayHaveBody(request)) {
      closeAfter(request, response);
      problems.answer(
          response, HttpStatus.LENGTH_REQUIRED, "say how long the body is: by Content-Length.");
    } else if (length > most) {
      closeAfter(request, response);
      problems.answer(
          response,
          HttpStatus.CONTENT_TOO_LARGE,
          "the body has " + length + " bytes, and may have " + most + ".");
    } else if (length <= 0) {
      chain.doFilter(request, response);
    } else if (BODILESS.contains(request.getMethod())) {
      closeAfter(request, response);
      problems.answer(
          response, HttpStatus.BAD_REQUEST, request.getMethod() + " has no body here: send none.");
    } else {
      Permit permit = reading.of(String.valueOf(request.getRemoteUser())).tryAcquire();
      if (permit == null) {
        response.setHeader("Retry-After", "1");
        problems.answer(
            response,
            HttpStatus.TOO_MANY_REQUESTS,
            "too many bodies of this client are under way.");
        return;
      }
      byte[] body;
      try (permit) {
        body = read(request.getInputStream(), (int) length);
      }
      if (body == null) {
        closeAfter(request, response);
        problems.answer(
            response, HttpStatus.REQUEST_TIMEOUT, "the body did not come within " + timeout + ".");
      } else {
        chain.doFilter(new Read(request, body), response);
      }
    }
  }

  /** Says that what is left of the body is not read; HTTP/2 ends the stream, and says it so. */
  private static void closeAfter(HttpServletRequest request, HttpServletResponse response) {
    if (request.getProtocol().startsWith("HTTP/1")) {
      response.setHeader("Connection", "close");
    }
  }

  /** Returns whether there may be a body of which nobody has said how long it is. */
  private static boolean mayHaveBody(HttpServletRequest request) {
    return request.getHeader("Transfer-Encoding") != null
        || !BODILESS.contains(request.getMethod());
  }

  /** Returns null if it comes too slowly, or not all of it. */
  private byte @Nullable [] read(InputStream in, int length) {
    long begin = System.nanoTime();
    byte[] body = new byte[length];
    int read = 0;
    while (read < length) {
      int more;
      try {
        more = in.read(body, read, length - read);
      } catch (IOException e) {
        return null; // the container has waited for long enough, or nobody is there any more
      }
      if (more < 0 || System.nanoTime() - begin > timeout.toNanos()) {
        return null;
      }
      read += more;
    }
    return body;
  }

  /** A request whose body was read. */
  private static final class Read extends HttpServletRequestWrapper {

    private final byte[] body;

    Read(HttpServletRequest request, byte[] body) {
      super(request);
      this.body = body;
    }

    @Override
    public ServletInputStream getInputStream() {
      return new OfBytes(new ByteArrayInputStream(body));
    }

    @Override
    public BufferedReader getReader() {
      return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
    }
  }

  private static final class OfBytes extends ServletInputStream {

    private final ByteArrayInputStream bytes;

    OfBytes(ByteArrayInputStream bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      return bytes.read(into, offset, length);
    }

    @Override
    public boolean isFinished() {
      return bytes.available() == 0;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new IllegalStateException("all is there already.");
    }
  }
}
