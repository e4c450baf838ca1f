package dev.throttle.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleKey;
import dev.throttle.core.Buckets;
import dev.throttle.core.Throttling;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import kotlin.coroutines.Continuation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls whose arguments can be replaced, and the functions that cannot do without. */
class CallWithArgumentsTest {

  interface Api {
    @Throttle(value = "plain", limit = 10, period = "PT1M")
    String plain(String name);

    @Throttle(value = "keyed", limit = 10, period = "PT1M")
    CompletableFuture<String> future(@ThrottleKey String name);

    @Throttle(value = "suspends", limit = 10, period = "PT1M")
    Object suspends(String name, Continuation<? super String> rest);

    @Throttle(value = "other", limit = 10, period = "PT1M")
    String takesContinuation(Continuation<? super String> rest);
  }

  /** Where a call comes to its plan. */
  enum Way {
    BODY {
      @Override
      Object invoke(MethodPlan plan, Object[] arguments, CallWithArguments call) throws Exception {
        return plan.invoke(arguments, call);
      }
    },
    CALL_SITE {
      @Override
      Object invoke(MethodPlan plan, Object[] arguments, CallWithArguments call) throws Exception {
        return plan.invokeCallSite(arguments, call);
      }
    };

    abstract Object invoke(MethodPlan plan, Object[] arguments, CallWithArguments call)
        throws Exception;
  }

  private final Buckets buckets = Buckets.create();
  private Buckets before = buckets;

  @BeforeEach
  void useOurs() {
    before = Throttling.use(buckets);
  }

  @AfterEach
  void useTheOthersAgain() {
    Throttling.use(before).close();
  }

  private static MethodPlan plan(String name) throws NoSuchMethodException {
    return Objects.requireNonNull(
        MethodPlan.of(
            Api.class,
            Arrays.stream(Api.class.getMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow()));
  }

  @ParameterizedTest
  @EnumSource
  void a_plain_call_is_made_with_its_arguments(Way way) throws Exception {
    Object made = way.invoke(plan("plain"), new Object[] {"a"}, arguments -> arguments[0] + "!");
    assertThat(made).isEqualTo("a!");
    assertThat(buckets.bucket("plain").inUse()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void so_is_an_asynchronous_one(Way way) throws Exception {
    Object made =
        way.invoke(
            plan("future"),
            new Object[] {"a"},
            arguments -> CompletableFuture.completedFuture(arguments[0] + "!"));
    assertThat((CompletableFuture<?>) made).isCompletedWithValueMatching("a!"::equals);
    assertThat(buckets.keyed("keyed").bucket("a").inUse()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void a_suspend_function_that_nothing_handles_is_refused(Way way) throws Exception {
    MethodPlan plan = plan("suspends");
    assertThat(plan.isPlain()).isFalse();
    assertThatThrownBy(() -> way.invoke(plan, new Object[] {"a", null}, arguments -> "made"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "a suspend function that has to pass the throttle of [bucket 'suspends' (10 per PT1M)]"
                + " needs throttle-kotlin. Add dev.throttle:throttle-kotlin to the class path.");
    assertThat(buckets.bucket("suspends").inUse()).isZero();
  }

  @Test
  void a_hook_that_waits_by_itself_knows_what_a_suspend_function_passes() throws Exception {
    assertThat(plan("suspends").due()).hasToString("throttle of [bucket 'suspends' (10 per PT1M)]");
  }

  @Test
  void a_method_that_returns_something_else_than_suspend_functions_is_plain() throws Exception {
    assertThat(plan("takesContinuation").isPlain()).isTrue();
  }

  @Test
  void arguments_that_are_not_known_cannot_be_replaced() throws Exception {
    MethodCall call = new BodyCall(Object.class, () -> "made");
    assertThat(call.arguments()).isEmpty();
    assertThatThrownBy(() -> call.make(new Object[] {"other"}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the arguments of this call are not known.");
    assertThat(call.make()).isEqualTo("made");
  }

  @Test
  void arguments_that_are_known_are_handed_out_as_a_copy() throws Exception {
    MethodCall call =
        new ChangeableCall(
            new BodyCall(Object.class, () -> "made"),
            new Object[] {"own"},
            arguments -> "made with " + arguments[0]);
    call.arguments()[0] = "changed";
    assertThat(call.arguments()).containsExactly("own");
    assertThat(call.make(new Object[] {"other"})).isEqualTo("made with other");
  }
}
