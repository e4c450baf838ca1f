package dev.throttle.aspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleCost;
import dev.throttle.annotation.ThrottleKey;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KeyedCallsTest {

  @RegisterExtension final OnVirtualTime time = new OnVirtualTime();

  @Test
  void aCallThroughTheInterface_ofAClassWithoutAnnotations() {
    Api api = new Bare();
    assertThat(api.user(1, "a")).isEqualTo("1a");
    assertThat(api.user(2, "b")).isEqualTo("2b");
    time.assertCharged("user", "a", 1);
    time.assertCharged("user", "b", 1);
  }

  @Test
  void aCallInALambda_ofALambda() {
    Function<String, Integer> call =
        key -> {
          Count count = k -> 7;
          return count.of(key);
        };
    assertThat(call.apply("a")).isEqualTo(7);
    time.assertCharged("count", "a", 1);
  }

  @Test
  void aCallThroughASubInterface_thatInherits() {
    SubApi api = new Bare();
    assertThat(api.user(1, "a")).isEqualTo("1a");
    time.assertCharged("user", "a", 1);
  }

  @Test
  void aCallThroughASubInterface_thatDeclaresTheMethodAgain_meansItsOwnAnnotations() {
    Redeclaring api = new Bare();
    assertThat(api.user(1, "a")).isEqualTo("1a");
    time.assertCharged("redeclared", 1);
  }

  @Test
  void aCallThroughAGenericInterface() {
    Generic<String> api = key -> key + "!";
    assertThat(api.call("a")).isEqualTo("a!");
    time.assertCharged("generic", "a", 1);
  }

  @Test
  void aCallThroughAnAbstractClass() {
    AbstractApi api =
        new AbstractApi() {
          @Override
          long call(int n, String key) {
            return n;
          }
        };
    assertThat(api.call(7, "a")).isEqualTo(7);
    time.assertCharged("abstract", "a", 7);
  }

  @Test
  void theBodyBehindACall_isNotChargedAgain_butWhatItHasMoreIs() {
    Api api = new Annotated();
    assertThat(api.user(1, "a")).isEqualTo("1a more");
    time.assertCharged("user", "a", 1);
    time.assertCharged("more", "a", 1);
    assertThat(new Annotated().user(1, "a")).isEqualTo("1a more");
    time.assertCharged("user", "a", 2);
    time.assertCharged("more", "a", 2);
  }

  @Test
  void anAsynchronousCallAndTheBodyBehindIt_areChargedOnce() {
    Api api = new Annotated();
    assertThat(api.later("a")).isCompletedWithValue("a");
    time.assertCharged("later", "a", 1);
    api = new Bare();
    assertThat(api.later("a")).isCompletedWithValue("a later");
    time.assertCharged("later", "a", 2);
  }

  @Test
  void aBodyWithoutKeyBehindACallWithOne_paysForItsOwnBucket() {
    Api api = new Unkeyed();
    assertThat(api.user(1, "a")).isEqualTo("1a");
    time.assertCharged("user", "a", 1);
    time.assertCharged("unkeyed", 1);
  }

  @Test
  void aCallWithANullKey_isRefusedAndNotMade() {
    Api api =
        new Bare() {
          @Override
          public String user(int n, String key) {
            throw new AssertionError("made");
          }
        };
    assertThatThrownBy(() -> api.user(1, null))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "@ThrottleKey on parameter 2 of Api.user(int, String): the argument must not be null,"
                + " but was.");
    assertThatThrownBy(() -> api.later(null)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatACallThrows_passesAsItIs() {
    Failing api =
        key -> {
          throw new IOException("no route");
        };
    assertThatThrownBy(() -> api.call("a"))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("no route");
    time.assertCharged("failing", "a", 1);
  }

  interface Api {
    @Throttle(value = "user", limit = 100, period = "PT1S")
    String user(int n, @ThrottleKey String key);

    @Throttle(value = "later", limit = 100, period = "PT1S")
    CompletableFuture<String> later(@ThrottleKey String key);
  }

  interface SubApi extends Api {}

  interface Redeclaring extends Api {
    @Override
    @Throttle(value = "redeclared", limit = 100, period = "PT1S")
    String user(int n, String key);
  }

  static class Bare implements SubApi, Redeclaring {
    @Override
    public String user(int n, String key) {
      return n + key;
    }

    @Override
    public CompletableFuture<String> later(String key) {
      return CompletableFuture.completedFuture(key + " later");
    }
  }

  static class Annotated implements Api {
    @Override
    @Throttle(value = "user", limit = 100, period = "PT1S")
    @Throttle(value = "more", limit = 100, period = "PT1S")
    public String user(int n, @ThrottleKey String key) {
      return n + key + " more";
    }

    @Override
    @Throttle(value = "later", limit = 100, period = "PT1S")
    public CompletableFuture<String> later(@ThrottleKey String key) {
      return CompletableFuture.completedFuture(key);
    }
  }

  static class Unkeyed extends Bare {
    @Override
    @Throttle(value = "unkeyed", limit = 100, period = "PT1S")
    public String user(int n, String key) {
      return n + key;
    }
  }

  interface Count {
    @Throttle(value = "count", limit = 100, period = "PT1S")
    int of(@ThrottleKey String key);
  }

  interface Generic<T> {
    @Throttle(value = "generic", limit = 100, period = "PT1S")
    T call(@ThrottleKey T key);
  }

  abstract static class AbstractApi {
    @Throttle(value = "abstract", limit = 100, period = "PT1S")
    abstract long call(@ThrottleCost int n, @ThrottleKey String key);
  }

  interface Failing {
    @Throttle(value = "failing", limit = 100, period = "PT1S")
    void call(@ThrottleKey String key) throws IOException;
  }
}
