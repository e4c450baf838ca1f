package dev.throttle.aspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Throttle;
import dev.throttle.core.plan.MethodPlan;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ChargedOnceTest {

  @RegisterExtension final OnVirtualTime time = new OnVirtualTime();

  @Test
  void aCallAndTheBodyBehindIt() {
    Api api = new Annotated();
    assertThat(api.user(7)).isEqualTo("user 7");
    time.assertCharged("once", 1);
  }

  @Test
  void anAsynchronousCallAndTheBodyBehindIt() {
    Api api = new Annotated();
    assertThat(api.later(7)).isCompletedWithValue("later 7");
    time.assertCharged("once", 1);
  }

  @Test
  void theBodyCalledDirectly() {
    assertThat(new Annotated().user(7)).isEqualTo("user 7");
    time.assertCharged("once", 1);
  }

  @Test
  void aClientHookBehindTheCall_butEachOfItsRetriesPays() throws Exception {
    MethodPlan plan = MethodPlan.of(Api.class, Api.class.getMethod("user", int.class));
    assertThat(plan).isNotNull();
    Api retrying =
        new Hooked() {
          @Override
          public String user(int id) {
            String answers = "";
            for (int i = 0; i < 3; i++) {
              answers += attempt(plan, i);
            }
            return answers;
          }
        };
    assertThat(retrying.user(7)).isEqualTo("012");
    time.assertCharged("once", 3);
  }

  private static Object attempt(MethodPlan plan, int i) {
    try {
      return plan.invoke(() -> i);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aDecoratorPassesThePermitOn_butItsSecondTryPays() {
    Api decorator =
        new Hooked() {
          private final Api failing =
              new Hooked() {
                @Override
                public String user(int id) {
                  throw new IllegalStateException("down");
                }
              };

          @Override
          public String user(int id) {
            try {
              return failing.user(id);
            } catch (IllegalStateException e) {
              return new Annotated().user(id);
            }
          }
        };
    assertThat(decorator.user(7)).isEqualTo("user 7");
    time.assertCharged("once", 2);
  }

  @Test
  void aMarkDoesNotOutliveItsCall() {
    Api failing =
        new Hooked() {
          @Override
          public String user(int id) {
            throw new IllegalStateException("down");
          }
        };
    assertThatThrownBy(() -> failing.user(1)).hasMessage("down");
    assertThat(new Annotated().user(2)).isEqualTo("user 2");
    time.assertCharged("once", 2);
  }

  @Test
  void aBodyWithBucketsOfItsOwn_paysForThoseOnly() {
    Api api = new WithMore();
    assertThat(api.user(7)).isEqualTo("more 7");
    time.assertCharged("once", 1);
    time.assertCharged("more", 1);
    assertThat(new WithMore().user(8)).isEqualTo("more 8");
    time.assertCharged("once", 2);
    time.assertCharged("more", 2);
  }

  @Test
  void aCallThroughTheBaseOfAnAnnotatedInterface_leavesTheRestToTheHook() throws Exception {
    MethodPlan hook = MethodPlan.of(SubApi.class, TypeApi.class.getMethod("call"));
    assertThat(hook).isNotNull();
    TypeApi api = (SubApi) () -> (int) attempt(hook, 3);
    assertThat(api.call()).isEqualTo(3);
    time.assertCharged("type", 1);
    time.assertCharged("sub", 1);
  }

  @Test
  void anAnnotationOnInterfaceAndClass() {
    TypeApi api = new AnnotatedType();
    assertThat(api.call()).isEqualTo(1);
    time.assertCharged("type", 1);
  }

  interface Api {
    @Throttle(value = "once", limit = 100, period = "PT1S")
    String user(int id);

    @Throttle(value = "once", limit = 100, period = "PT1S")
    CompletableFuture<String> later(int id);
  }

  static class Annotated implements Api {
    @Override
    @Throttle(value = "once", limit = 100, period = "PT1S")
    public String user(int id) {
      return "user " + id;
    }

    @Override
    @Throttle(value = "once", limit = 100, period = "PT1S")
    public CompletableFuture<String> later(int id) {
      return CompletableFuture.completedFuture("later " + id);
    }
  }

  static class WithMore extends Annotated {
    @Override
    @Throttle(value = "once", limit = 100, period = "PT1S")
    @Throttle(value = "more", limit = 100, period = "PT1S")
    public String user(int id) {
      return "more " + id;
    }
  }

  abstract static class Hooked implements Api {
    @Override
    public CompletableFuture<String> later(int id) {
      throw new UnsupportedOperationException();
    }
  }

  @Throttle(value = "type", limit = 100, period = "PT1S")
  interface TypeApi {
    int call();
  }

  @Throttle(value = "sub", limit = 100, period = "PT1S")
  interface SubApi extends TypeApi {}

  @Throttle(value = "type", limit = 100, period = "PT1S")
  static class AnnotatedType implements TypeApi {
    @Override
    public int call() {
      return 1;
    }
  }
}
