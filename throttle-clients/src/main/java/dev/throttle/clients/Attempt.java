package dev.throttle.clients;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.throttle.clients.rule.UriRequest;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.clients.signal.Headers;
import dev.throttle.clients.signal.SignalReader;
import dev.throttle.core.Bucket;
import dev.throttle.core.Permit;
import dev.throttle.core.Sent;
import dev.throttle.core.Signal;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.plan.MethodPlan;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to send a request, as the hooks of this module see it: it pays once, whichever of its
 * call site and several hooks see it, and hears what the provider answers. Not for users of the
 * hooks.
 *
 * <p>A hook makes one when a request is about to be sent, waits for what is {@link #due}, sends by
 * {@link #send}, and says {@link #answered} when the headers of the response are in, and {@link
 * #over} or {@link #overHere} in any case. All of these may be repeated; the first counts.
 *
 * <p>While it sends, a second hook farther in knows that the request is paid for: by the request
 * itself, or where it knows no method, by the names of the buckets. That mark is one-shot: a client
 * that sends the request again farther in pays again.
 *
 * <p>Made and sent on one thread; answered and over on any.
 */
public final class Attempt {

  /** Sends a request. */
  public interface Sending<R, X extends Exception> {
    /** Sends it. */
    R send() throws X;
  }

  private static final long LOOK_MILLIS = 100;

  private static final SignalReader SIGNALS = SignalReader.create();

  /** An attempt that is being sent; claimed by the first hook farther in that sees it. */
  private static final class Mark {
    final Attempt attempt;
    volatile boolean claimed;

    Mark(Attempt attempt) {
      this.attempt = attempt;
    }
  }

  /** What this thread is sending. */
  private static final ThreadLocal<@Nullable Mark> SENDING = new ThreadLocal<>();

  /** By request, as {@link #handOver} does. */
  private static final Cache<Object, Attempt> HANDED_OVER =
      Caffeine.newBuilder().weakKeys().build();

  private final @Nullable Object request;
  private Set<String> buckets = Set.of();
  private @Nullable Throttle due;

  /** The method whose call site has paid for some of the buckets, if one has. */
  private @Nullable MethodPlan paidFor;

  /** The permit of an asynchronous call's site. */
  private @Nullable Permit passedOn;

  private @Nullable Sent sentPaid;

  /** That of a hook farther out which has paid for some of the buckets, if one has: it ends too. */
  private @Nullable Attempt payer;

  // Written before the request is sent, or by the thread on which its headers arrive.
  private volatile @Nullable Permit permit;
  private volatile @Nullable Sent sent;
  private volatile @Nullable Mark mark;
  private volatile boolean handedOver;
  private final AtomicBoolean heard = new AtomicBoolean();
  private volatile boolean counted = true;
  private volatile boolean paidCounted = true;

  private Attempt(@Nullable Object request) {
    this.request = request;
  }

  /**
   * Returns the attempt to send a request for which hooks farther in charge.
   *
   * @param request what tells it from others, compared by identity; null if that is not known
   */
  public static Attempt unthrottled(@Nullable Object request) {
    return new Attempt(request);
  }

  /** Returns the attempt to send a request that has to pass this. */
  public static Attempt of(Throttle throttle, @Nullable Object request) {
    Attempt attempt = new Attempt(request);
    attempt.buckets =
        throttle.buckets().stream().map(Bucket::name).collect(Collectors.toUnmodifiableSet());
    attempt.due = throttle;
    return attempt;
  }

  /**
   * Returns the attempt to send a request that passes what the method behind it is annotated with.
   * What its call site or a hook farther out has paid for it is thereby used up.
   *
   * @param type the interface through which the method was called
   * @param request what tells this request from others, compared by identity
   * @param arguments those of the call, or null if they are not known
   * @throws IllegalArgumentException if the annotations are wrong, or an argument is no key or cost
   * @throws IllegalStateException if the arguments are needed and not known
   * @throws ThrottledException if a bucket has as many keys as it may have
   */
  public static Attempt ofMethod(
      Class<?> type,
      Method method,
      @Nullable Object request,
      @Nullable Object @Nullable [] arguments) {
    Attempt attempt = new Attempt(request);
    MethodPlan plan = MethodPlan.of(type, method);
    if (plan != null) {
      attempt.buckets = plan.bucketNames();
      Mark farOut = SENDING.get();
      if (farOut != null && !farOut.claimed && farOut.attempt.request == request) {
        farOut.claimed = true;
        attempt.payer = farOut.attempt;
      } else {
        attempt.charge(plan, arguments);
      }
    }
    return attempt;
  }

  private void charge(MethodPlan plan, @Nullable Object @Nullable [] arguments) {
    if (!plan.readsArguments()) {
      due = plan.due();
    } else if (arguments != null) {
      due = plan.due(arguments);
    } else {
      throw new IllegalStateException(
          plan.label()
              + " takes a key or its cost from its arguments, which are not known where its request"
              + " is sent. Install this hook after all others, and send the request in the thread"
              + " that makes the call.");
    }
    paidBy(plan);
  }

  private void paidBy(MethodPlan plan) {
    paidFor = plan;
    sentPaid = plan.sentPaid();
    passedOn = plan.passOn();
  }

  /**
   * Returns the attempt to send a request that passes what rules say, less what a hook farther out
   * or a woven call site on this thread has paid for it, which is thereby used up.
   *
   * @param mark what tells this request from others, compared by identity
   * @throws IllegalArgumentException if a rule finds no key
   * @throws ThrottledException if a bucket has as many keys as it may have
   */
  public static Attempt ofRules(UriRules rules, UriRequest request, Object mark) {
    Attempt attempt = new Attempt(mark);
    attempt.due = rules.due(request, attempt::takePaid);
    return attempt;
  }

  private Set<String> takePaid(Set<String> passed) {
    buckets = passed;
    Mark farOut = SENDING.get();
    if (farOut != null
        && !farOut.claimed
        && !Collections.disjoint(farOut.attempt.buckets, passed)) {
      farOut.claimed = true;
      payer = farOut.attempt;
      return farOut.attempt.buckets;
    }
    MethodPlan plan = MethodPlan.takePaid(passed);
    if (plan == null) {
      return Set.of();
    }
    paidBy(plan);
    return plan.bucketNames();
  }

  /** Returns whether the request passes any bucket, whoever pays. */
  public boolean isThrottled() {
    return !buckets.isEmpty();
  }

  /** Returns what is to be passed before the request is sent, or null for nothing. */
  public @Nullable Throttle due() {
    return due;
  }

  /** Waits in the calling thread for what is due. */
  public void await() {
    Throttle throttle = due;
    if (throttle != null) {
      permit = throttle.acquire();
    }
  }

  /**
   * Waits in the calling thread for a permit, but in a way that others can end: by completing or
   * cancelling its future.
   *
   * @throws ThrottledException if it is refused, or this thread would have to wait and must not
   *     block
   * @throws IOException if it was failed otherwise than by a refusal
   * @throws CancellationException if it was cancelled
   */
  public static Permit await(CompletableFuture<Permit> waiting, Throttle due) throws IOException {
    requireMayBlock(waiting, due);
    try {
      return waiting.get();
    } catch (InterruptedException e) {
      waiting.cancel(false);
      waiting.thenAccept(Permit::giveBack);
      Thread.currentThread().interrupt();
      return due.acquire(); // refuses an interrupted thread in its own words
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException refusal) {
        throw refusal;
      }
      throw new IOException("no permit could be taken", e.getCause());
    }
  }

  /**
   * Waits in the calling thread for what is due, and looks every tenth of a second whether the call
   * was cancelled: for clients that tell it only when they are asked.
   *
   * @throws CancellationException if it was cancelled
   * @throws IOException if the wait failed otherwise than by a refusal
   */
  public void awaitUnless(BooleanSupplier cancelled) throws IOException {
    Throttle throttle = due;
    if (throttle == null) {
      return;
    }
    CompletableFuture<Permit> waiting = throttle.acquireAsync();
    requireMayBlock(waiting, throttle);
    while (!isDoneSoon(waiting)) {
      if (cancelled.getAsBoolean()) {
        waiting.cancel(false);
      }
    }
    permit = await(waiting, throttle);
  }

  private static boolean isDoneSoon(CompletableFuture<?> waiting) {
    try {
      waiting.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException | CancellationException e) {
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /**
   * Ends a wait that has only begun if this thread would have to block for it, and must not.
   *
   * @throws ThrottledException if so
   */
  private static void requireMayBlock(CompletableFuture<Permit> waiting, Throttle due) {
    if (!waiting.isDone()) {
      try {
        due.requireMayBlock();
      } catch (ThrottledException refusal) {
        waiting.cancel(false);
        waiting.thenAccept(Permit::giveBack);
        throw refusal;
      }
    }
  }

  /** Says that what is due was passed with this permit; null if nothing was due. */
  public void granted(@Nullable Permit granted) {
    permit = granted;
  }

  /** Sends the request on this thread, now that its turn has come. */
  public <R, X extends Exception> R send(Sending<R, X> sending) throws X {
    Permit held = permit;
    sent = held == null ? null : held.sent();
    Mark outer = SENDING.get();
    Mark own = new Mark(this);
    mark = own;
    set(request == null ? null : own);
    try {
      return sending.send();
    } finally {
      set(outer);
    }
  }

  /**
   * Runs what is no part of sending a request although it runs within {@link #send}, such as a
   * signal to whoever has subscribed to the answer: what it sends itself is not paid for.
   */
  public static void aside(Runnable signal) {
    Mark sending = SENDING.get();
    set(null);
    try {
      MethodPlan.aside(signal);
    } finally {
      set(sending);
    }
  }

  /**
   * Lets a hook farther in that knows the request find this attempt, on whatever thread, until it
   * is over.
   */
  public void handOver() {
    if (request != null) {
      handedOver = true;
      HANDED_OVER.put(request, this);
    }
  }

  /** Returns the attempt that was handed over for a request, once, or null. */
  public static @Nullable Attempt takeOver(Object request) {
    Attempt attempt = HANDED_OVER.asMap().remove(request);
    Mark claimed = attempt == null ? null : attempt.mark;
    if (claimed != null) {
      if (claimed.claimed) {
        return null; // another request, made in between, has used it up
      }
      claimed.claimed = true;
    }
    return attempt;
  }

  private static void set(@Nullable Mark mark) {
    if (mark == null) {
      SENDING.remove();
    } else {
      SENDING.set(mark);
    }
  }

  /**
   * Says that the headers of the response are in: the provider has counted the request, unless it
   * says that it has not, and whatever it says of its limits is heeded.
   */
  public void answered(int status, Headers headers) {
    if (payer != null) {
      payer.answered(status, headers);
    }
    Sent own = sent;
    Sent paid = sentPaid;
    if ((own != null || paid != null) && heard.compareAndSet(false, true)) {
      Signal signal = SIGNALS.read(status, headers);
      if (!signal.isNothing()) {
        counted = own == null || own.heed(signal);
        paidCounted = paid == null || paid.heed(signal);
      }
    }
    over();
  }

  /** Says that nothing was sent, such as where a cache had the answer. */
  public void unsent() {
    if (payer != null) {
      payer.unsent();
    }
    counted = false;
    paidCounted = false;
    over();
  }

  /** Says that the attempt is complete, however it ended: it pays for nothing farther in then. */
  public void over() {
    Mark own = mark;
    if (own != null) {
      own.claimed = true;
    }
    if (payer != null) {
      payer.over();
    }
    if (handedOver && request != null) {
      HANDED_OVER.asMap().remove(request, this);
    }
    Permit held = permit;
    if (held != null) {
      held.close(counted);
    }
    Permit paid = passedOn;
    if (paid != null) {
      paid.close(paidCounted);
    }
  }

  /**
   * Says like {@link #over} that the attempt is complete, on the thread that has sent it and waited
   * for it: it is still behind the call site.
   */
  public void overHere() {
    over();
    if (payer != null) {
      payer.overHere();
    }
    if (paidFor != null) {
      paidFor.endPaid(paidCounted);
    }
  }
}
