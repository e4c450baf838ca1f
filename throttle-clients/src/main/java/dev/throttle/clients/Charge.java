package dev.throttle.clients;

import dev.throttle.clients.rule.UriRequest;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.core.plan.MethodPlan;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt to send a request has to pass by {@link UriRules}, less what a hook farther out
 * or a woven call site on this thread has paid for it. Those are known by the names of their
 * buckets, since a rule knows no method. Not for users of the hooks.
 */
public final class Charge {

  private static final Charge NOTHING = new Charge();

  private @Nullable Throttle due;
  private Set<String> buckets = Set.of();
  private @Nullable MethodPlan site;
  private @Nullable Permit paid;

  private Charge() {}

  /**
   * Returns it; what others paid is thereby used up, so another attempt pays by itself.
   *
   * @throws IllegalArgumentException if a rule finds no key
   * @throws dev.throttle.core.ThrottledException if a bucket has as many keys as it may have
   */
  public static Charge of(UriRules rules, UriRequest request) {
    Charge charge = new Charge();
    charge.due = rules.due(request, charge::takePaid);
    return charge.buckets.isEmpty() ? NOTHING : charge;
  }

  private Set<String> takePaid(Set<String> passed) {
    buckets = passed;
    Set<String> farOut = Attempt.takePaid(passed);
    if (!farOut.isEmpty()) {
      return farOut;
    }
    MethodPlan plan = MethodPlan.takePaid(passed);
    if (plan == null) {
      return Set.of();
    }
    site = plan;
    paid = plan.passOn();
    return plan.bucketNames();
  }

  /** Returns what is to be passed before the request is sent, or null for nothing. */
  public @Nullable Throttle due() {
    return due;
  }

  /**
   * Says that this thread sends the request, which is paid for.
   *
   * @return what is to be handed to {@link Attempt#leave}
   */
  public @Nullable Object enter(Object request) {
    return Attempt.enter(request, buckets);
  }

  /** Says that the attempt is complete, on any thread; may be repeated. */
  public void completed() {
    Permit passedOn = paid;
    if (passedOn != null) {
      passedOn.close();
    }
  }

  /**
   * Says like {@link #completed} that the attempt is complete, on the thread that has sent it and
   * waited for it: it is still behind the call site.
   */
  public void completedHere() {
    completed();
    if (site != null) {
      site.endPaid();
    }
  }
}
