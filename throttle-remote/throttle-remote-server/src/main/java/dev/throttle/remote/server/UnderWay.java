package dev.throttle.remote.server;

import dev.throttle.core.Buckets;
import dev.throttle.core.KeyedThrottle;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets each client have only so many requests under way, from when it is known to the end of the
 * answer. So one that floods a slow ledger, or reads slowly what is answered, leaves threads to
 * others.
 */
final class UnderWay extends OncePerRequestFilter {

  private final Problems problems;
  private final KeyedThrottle requests;

  UnderWay(int atOnce, Buckets buckets, Problems problems) {
    this.problems = problems;
    buckets.defineKeyed("server/requests", Limit.concurrent(atOnce));
    this.requests = buckets.keyedThrottle("server/requests");
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return request.getRemoteUser() == null; // what is for everybody is short
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Permit permit = requests.of(request.getRemoteUser()).tryAcquire();
    if (permit == null) {
      response.setHeader("Retry-After", "1");
      problems.answer(
          response,
          HttpStatus.TOO_MANY_REQUESTS,
          "too many requests of this client are under way. Fix: wait as Retry-After says, or set"
              + " throttle.buckets.server/requests.limit.");
      return;
    }
    try {
      chain.doFilter(request, response);
    } finally {
      if (request.isAsyncStarted()) {
        request.getAsyncContext().addListener(new AtTheEnd(permit));
      } else {
        permit.close();
      }
    }
  }

  /** Completes a permit when all is answered, or nobody is there any more. */
  private record AtTheEnd(Permit permit) implements AsyncListener {

    @Override
    public void onComplete(AsyncEvent event) {
      permit.close();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      // It is answered next.
    }

    @Override
    public void onError(AsyncEvent event) {
      // It is complete next.
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      event.getAsyncContext().addListener(this);
    }
  }
}
