package dev.throttle.aspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Throttle;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttling;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BodiesTest {

  @RegisterExtension final OnVirtualTime time = new OnVirtualTime();

  private final Client client = new Client();

  @BeforeEach
  void define() {
    Throttling.buckets().define("body", Limit.of(100, Duration.ofSeconds(1)));
  }

  @Test
  void aPublicMethod() {
    assertThat(client.quote("ACME")).isEqualTo("quote of ACME");
    time.assertCharged("body", 1);
  }

  @Test
  void aPrivateMethod_calledByItsOwnClass() {
    assertThat(client.throughPrivate()).isEqualTo(7);
    time.assertCharged("body", 1);
  }

  @Test
  void aStaticMethod() {
    assertThat(Client.number(20, 3L, 4.5)).isEqualTo(27.5);
    time.assertCharged("body", 1);
  }

  @Test
  void aFinalMethod() {
    client.done();
    time.assertCharged("body", 1);
  }

  @Test
  void selfInvocation_paysForEachCall() {
    assertThat(client.twice("ACME")).isEqualTo("quote of ACMEquote of ACME");
    time.assertCharged("body", 2);
  }

  @Test
  void reflection_andMethodReferences_reachTheBody() throws Exception {
    Method quote = Client.class.getDeclaredMethod("quote", String.class);
    assertThat(quote.invoke(client, "A")).isEqualTo("quote of A");
    Supplier<Integer> reference = client::throughPrivate;
    assertThat(reference.get()).isEqualTo(7);
    time.assertCharged("body", 2);
  }

  @Test
  void aDefaultMethod_alsoThroughAProxyOrAnInheritingClass() {
    WithDefaults inheriting = new WithDefaults() {};
    assertThat(inheriting.twice(2)).isEqualTo(4);
    WithDefaults proxy =
        (WithDefaults)
            Proxy.newProxyInstance(
                WithDefaults.class.getClassLoader(),
                new Class<?>[] {WithDefaults.class},
                (self, method, args) -> InvocationHandler.invokeDefault(self, method, args));
    assertThat(proxy.twice(3)).isEqualTo(6);
    time.assertCharged("default", 2);
  }

  @Test
  void aStaticInterfaceMethod() {
    assertThat(WithDefaults.zero()).isZero();
    time.assertCharged("default", 1);
  }

  @Test
  void aPrivateInterfaceMethod() {
    assertThat(new WithDefaults() {}.throughPrivate()).isEqualTo(1);
    time.assertCharged("default", 1);
  }

  @Test
  void repeatedAnnotations_passBothBuckets() {
    assertThat(client.repeated()).isEqualTo("both");
    time.assertCharged("first", 1);
    time.assertCharged("second", 1);
  }

  @Test
  void metaAnnotations_ofOneAndTwoLevels_andRepeated() {
    assertThat(client.oneLevel() + client.twoLevels()).isEqualTo(3);
    time.assertCharged("meta", 2);
    client.metaRepeated();
    time.assertCharged("meta/first", 1);
    time.assertCharged("meta/second", 1);
  }

  @Test
  void aGenericOverride_isChargedOnceAlthoughItHasABridge() {
    Source<String> source = new Annotated();
    assertThat(source.next("a")).isEqualTo("a!");
    time.assertCharged("bridged", 1);
  }

  @Test
  void anOverrideWithoutTheAnnotation_isNotThrottled() {
    assertThat(
            new Client() {
              @Override
              String quote(String share) {
                return "mine";
              }
            }.quote("ACME"))
        .isEqualTo("mine");
    time.assertNothingCharged();
  }

  @Test
  void cost_andArgumentsOfEveryWidth() {
    assertThat(client.costly((byte) 1, 'c', 2L, 3.5, new int[] {4})).isEqualTo("1c23.54");
    time.assertCharged("body", 3);
  }

  static class Client {

    @Throttle(value = "body", limit = 100, period = "PT1S")
    String quote(String share) {
      return "quote of " + share;
    }

    String twice(String share) {
      return quote(share) + quote(share);
    }

    int throughPrivate() {
      return seven();
    }

    @Throttle("body")
    @SuppressWarnings("UnusedMethod")
    private int seven() {
      return 7;
    }

    @Throttle("body")
    static double number(int a, long b, double c) {
      return a + b + c;
    }

    @Throttle("body")
    final void done() {}

    @Throttle(value = "body", cost = 3)
    String costly(byte a, char b, long c, double d, int[] e) {
      return "" + a + b + c + d + e[0];
    }

    @Throttle(value = "first", limit = 100, period = "PT1S")
    @Throttle(value = "second", limit = 100, period = "PT1S")
    String repeated() {
      return "both";
    }

    @Meta.OneLevel
    int oneLevel() {
      return 1;
    }

    @Meta.TwoLevels
    int twoLevels() {
      return 2;
    }

    @Meta.Repeated
    void metaRepeated() {}
  }

  interface WithDefaults {

    @Throttle(value = "default", limit = 100, period = "PT1S")
    default int twice(int n) {
      return 2 * n;
    }

    @Throttle(value = "default", limit = 100, period = "PT1S")
    static int zero() {
      return 0;
    }

    default int throughPrivate() {
      return one();
    }

    @Throttle(value = "default", limit = 100, period = "PT1S")
    private int one() {
      return 1;
    }
  }

  interface Source<T> {
    T next(T before);
  }

  static class Annotated implements Source<String> {
    @Override
    @Throttle(value = "bridged", limit = 100, period = "PT1S")
    public String next(String before) {
      return before + "!";
    }
  }
}
