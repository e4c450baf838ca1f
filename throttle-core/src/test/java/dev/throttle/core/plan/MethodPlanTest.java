package dev.throttle.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Throttle;
import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttling;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MethodPlanTest {

  private final Buckets buckets = Buckets.create();
  private Buckets before = buckets;

  @BeforeEach
  void useOurs() {
    before = Throttling.use(buckets);
  }

  @AfterEach
  void useTheOthersAgain() {
    Throttling.use(before);
  }

  @Retention(RetentionPolicy.RUNTIME)
  @Throttle(value = "team", limit = 20, period = "PT1M")
  @interface Team {}

  @Retention(RetentionPolicy.RUNTIME)
  @Team
  @Throttle(value = "part", limit = 10, period = "PT1M")
  @interface PartOfTeam {}

  @Throttle(value = "one", limit = 1, period = "PT0S")
  interface OneAtOnce {
    void plain();

    CompletableFuture<String> future();
  }

  @Throttle(value = "api", limit = 100, period = "PT1S")
  interface Api {
    @Throttle(value = "api/one", limit = 2, period = "PT15M", countedWithin = "PT2S", maxQueue = 7)
    @Throttle(value = "api/two", limit = 3, period = "PT0S", cost = 2, maxWait = "PT5S")
    void repeated(String name, int[] numbers);

    @PartOfTeam
    CompletableFuture<String> through();

    String typeOnly();
  }

  interface Sub extends Api {}

  interface Bare {
    void nothing();

    @Throttle("elsewhere")
    void byName();
  }

  interface Wrong {
    @Throttle("nowhere")
    void nowhere();

    @Throttle(value = "w", limit = 1)
    void noPeriod();

    @Throttle(value = "w", limit = 0, period = "PT1S")
    void noPermits();

    @Throttle(value = "w", limit = 1, period = "1 minute")
    void words();

    @Throttle(value = "w", limit = 1, period = "PT-1S")
    void negative();

    @Throttle(value = "w", limit = 1, period = "PT1S", maxWait = "soon")
    void waitInWords();

    @Throttle(value = "w", limit = 1, period = "PT1S", maxWait = "PT-1S")
    void negativeWait();

    @Throttle(value = "w", limit = 1, period = "PT1S", cost = 0)
    void noCost();

    @Throttle(value = "w", limit = 1, period = "PT1S", cost = 2)
    void tooDear();

    @Throttle(value = "w", limit = 1, period = "PT1S")
    @Throttle(value = "w", limit = 2, period = "PT1S")
    void twice();
  }

  private static Method method(Class<?> type, String name) {
    return Arrays.stream(type.getMethods())
        .filter(m -> m.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static MethodPlan plan(Class<?> type, String name) {
    return Objects.requireNonNull(MethodPlan.of(type, method(type, name)));
  }

  private static List<String> names(MethodPlan plan) {
    return plan.throttle().buckets().stream().map(Bucket::name).toList();
  }

  @Test
  void a_method_passes_the_buckets_of_its_type_and_then_its_own_in_the_order_of_writing() {
    MethodPlan plan = plan(Api.class, "repeated");
    assertThat(names(plan)).containsExactly("api", "api/one", "api/two");
    assertThat(buckets.bucket("api/one").limit())
        .isEqualTo(Limit.of(2, Duration.ofMinutes(15)).withCountedWithin(Duration.ofSeconds(2)));
    assertThat(buckets.bucket("api/one").maxQueue()).isEqualTo(7);
    assertThat(buckets.bucket("api/two").limit()).isEqualTo(Limit.concurrent(3));
    assertThat(plan.throttle().cost("api/two")).isEqualTo(2);
    assertThat(plan.throttle().cost("api")).isEqualTo(1);
    assertThat(plan.label()).isEqualTo("Api.repeated(String, int[])");
    assertThat(plan.isPlain()).isTrue();
  }

  @Test
  void annotations_on_annotations_apply_at_any_depth() {
    MethodPlan plan = plan(Api.class, "through");
    assertThat(names(plan)).containsExactly("api", "team", "part");
    assertThat(plan.isPlain()).isFalse();
  }

  @Test
  void the_declaring_type_counts_although_the_call_goes_through_another() {
    assertThat(names(plan(Sub.class, "typeOnly"))).containsExactly("api");
  }

  @Test
  void a_name_alone_means_a_bucket_defined_elsewhere() {
    Bucket elsewhere = buckets.define("elsewhere", Limit.concurrent(1));
    assertThat(plan(Bare.class, "byName").throttle().buckets()).containsExactly(elsewhere);
  }

  @Test
  void a_method_without_annotations_has_no_plan() {
    assertThat(MethodPlan.of(Bare.class, method(Bare.class, "nothing"))).isNull();
  }

  @Test
  void other_buckets_are_used_from_the_next_call_on() {
    MethodPlan plan = plan(Api.class, "typeOnly");
    Bucket first = plan.throttle().buckets().get(0);
    Throttling.use(Buckets.create());
    assertThat(plan.throttle().buckets()).doesNotContain(first);
    assertThat(names(plan)).containsExactly("api");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "nowhere | @Throttle(\"nowhere\") on Wrong.nowhere(): no bucket 'nowhere' is defined; there are [].",
        "noPeriod | @Throttle(\"w\") on Wrong.noPeriod(): limit has no period. Add one such as period = \"PT1S\".",
        "noPermits | @Throttle(\"w\") on Wrong.noPermits(): limit must be a whole number of at"
            + " least 1, such as 100, but was '0'.",
        "words | @Throttle(\"w\") on Wrong.words(): period must be an ISO-8601 duration such as PT15M, PT0S"
            + " for a limit of concurrency, or a calendar quota such as P1D, P1W or P1M, but was '1 minute'.",
        "negative | @Throttle(\"w\") on Wrong.negative(): period must be an ISO-8601 duration such as PT15M, PT0S"
            + " for a limit of concurrency, or a calendar quota such as P1D, P1W or P1M, but was 'PT-1S'.",
        "waitInWords | @Throttle(\"w\") on Wrong.waitInWords(): maxWait must be an ISO-8601 duration of PT0S or"
            + " more, such as PT5S, but was 'soon'.",
        "negativeWait | @Throttle(\"w\") on Wrong.negativeWait(): maxWait must be an ISO-8601 duration of PT0S or"
            + " more, such as PT5S, but was 'PT-1S'.",
        "noCost | @Throttle(\"w\") on Wrong.noCost(): cost must be a whole number of at least 1,"
            + " such as 2, but was '0'.",
        "twice | @Throttle(\"w\") on Wrong.twice(): bucket 'w' (1 per PT1S) is defined already, and now again as"
            + " 2 per PT1S with maxQueue 100000; before, maxQueue was 100000. Define it once and name it elsewhere.",
      })
  void what_is_wrong_is_refused_with_the_method_and_the_fix(String name, String message) {
    Method method = method(Wrong.class, name);
    assertThatThrownBy(() -> MethodPlan.of(Wrong.class, method))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  // ---- charged once

  private int charged(String name) {
    return buckets.bucket(name).inUse();
  }

  private static void body(MethodPlan plan) {
    dev.throttle.core.Throttle due = plan.due();
    if (due != null) {
      due.end(due.begin());
    }
  }

  @Test
  void a_call_is_charged_once_by_call_site_and_body_and_a_retry_behind_it_pays_again()
      throws Exception {
    MethodPlan site = plan(Api.class, "typeOnly");
    MethodPlan body = plan(Sub.class, "typeOnly");
    site.invokeCallSite(
        () -> {
          body(body);
          return null;
        });
    assertThat(charged("api")).isEqualTo(1);
    site.invokeCallSite(
        () -> {
          body(body);
          body(body);
          body(body);
          return null;
        });
    assertThat(charged("api")).isEqualTo(4);
    body(body);
    assertThat(charged("api")).isEqualTo(5);
  }

  @Test
  void a_retry_below_a_hook_finds_the_permit_of_the_attempt_before_ended() throws Exception {
    MethodPlan plan = plan(OneAtOnce.class, "plain");
    plan.invokeCallSite(
        () -> {
          assertThat(plan.due()).isNull();
          assertThat(plan.throttle().tryAcquire()).isNull();
          plan.endPaid(true);
          Permit retry = Objects.requireNonNull(plan.due()).tryAcquire();
          assertThat(retry).isNotNull();
          retry.complete();
          return null;
        });
    assertThat(buckets.bucket("one").inUse()).isZero();
  }

  @Test
  void an_asynchronous_hook_takes_the_permit_over_and_completes_it_with_its_attempt()
      throws Exception {
    MethodPlan plan = plan(OneAtOnce.class, "future");
    CompletableFuture<String> answer = new CompletableFuture<>();
    List<Permit> paid = new ArrayList<>();
    Object returned =
        plan.invokeCallSite(
            () -> {
              assertThat(plan.passOn()).isNull();
              assertThat(plan.due()).isNull();
              paid.add(plan.passOn());
              return answer;
            });
    assertThat(plan.throttle().tryAcquire()).isNull();
    paid.get(0).close();
    Permit retry = plan.throttle().tryAcquire();
    assertThat(retry).isNotNull();
    retry.complete();
    answer.complete("done");
    assertThat((CompletableFuture<?>) returned).isCompleted();
    assertThat(buckets.bucket("one").inUse()).isZero();
  }

  @Test
  void a_call_of_another_method_on_the_way_pays_and_leaves_the_mark_alone() throws Exception {
    MethodPlan outer = plan(Api.class, "typeOnly");
    MethodPlan other = plan(Api.class, "through");
    outer.invokeCallSite(
        () -> {
          other.invokeCallSite(
              () -> {
                body(other);
                return CompletableFuture.completedFuture("done");
              });
          body(outer);
          return null;
        });
    assertThat(charged("team")).isEqualTo(1);
    assertThat(charged("api")).isEqualTo(2);
  }

  @Test
  void a_call_that_throws_leaves_no_mark() {
    MethodPlan plan = plan(Api.class, "typeOnly");
    assertThatThrownBy(
            () ->
                plan.invokeCallSite(
                    () -> {
                      throw new IllegalStateException("thrown");
                    }))
        .hasMessage("thrown");
    body(plan);
    assertThat(charged("api")).isEqualTo(2);
  }

  @Test
  void a_checked_exception_of_an_asynchronous_method_fails_its_future() throws Exception {
    CompletableFuture<?> future =
        (CompletableFuture<?>)
            plan(Api.class, "through")
                .invoke(
                    () -> {
                      throw new java.io.IOException("thrown");
                    });
    assertThat(Objects.requireNonNull(future))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingRootCause()
        .withMessage("thrown");
    assertThat(charged("team")).isEqualTo(1);
  }

  interface Generic<T> {
    @Throttle(value = "both", limit = 9, period = "PT15M")
    @Throttle(value = "generic", limit = 9, period = "PT15M")
    Object call(T argument);
  }

  interface Unrelated {
    @Throttle(value = "both", limit = 9, period = "PT15M", cost = 3)
    Object call(String argument);
  }

  static class Both implements Generic<String>, Unrelated {
    @Override
    public CompletableFuture<String> call(String argument) {
      return CompletableFuture.completedFuture(argument);
    }
  }

  @Test
  void a_call_of_which_two_interfaces_say_something_pays_for_what_stands_behind_either()
      throws Exception {
    MethodPlan generic = plan(Generic.class, "call");
    MethodPlan unrelated = plan(Unrelated.class, "call");
    MethodPlan advice =
        MethodPlan.ofAdvice(
            Both.class.getMethod("call", String.class), List.of(generic, unrelated));
    assertThat(names(advice)).containsExactly("both", "generic");
    assertThat(advice.isPlain()).as("by the method that is called").isFalse();
    int calls = 0;
    for (MethodPlan behind : List.of(generic, unrelated)) {
      advice.invokeCallSite(
          () -> {
            assertThat(MethodPlan.isBehindAdvice()).isTrue();
            body(behind);
            return CompletableFuture.completedFuture("called");
          });
      calls++;
      assertThat(charged("both")).isEqualTo(3 * calls);
      assertThat(charged("generic")).isEqualTo(calls);
    }
  }
}
