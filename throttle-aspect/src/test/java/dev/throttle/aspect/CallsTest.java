package dev.throttle.aspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Throttle;
import java.lang.reflect.Method;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CallsTest {

  @RegisterExtension final OnVirtualTime time = new OnVirtualTime();

  @Test
  void aDirectCall() {
    Api api = n -> "user " + n;
    assertThat(api.user(7)).isEqualTo("user 7");
    time.assertCharged("call", 1);
  }

  @Test
  void inALambda_andInAnAnonymousClass() {
    Api api = n -> "user " + n;
    Supplier<String> lambda = () -> api.user(1);
    Supplier<String> anonymous =
        new Supplier<>() {
          @Override
          public String get() {
            return api.user(2);
          }
        };
    assertThat(lambda.get() + anonymous.get()).isEqualTo("user 1user 2");
    time.assertCharged("call", 2);
  }

  @Test
  void throughASubInterface() {
    SubApi api = n -> "sub " + n;
    assertThat(api.user(7)).isEqualTo("sub 7");
    time.assertCharged("call", 1);
  }

  @Test
  void throughASubInterfaceThatDeclaresItAgainWithoutTheAnnotation_isNotThrottled() {
    Redeclared api = n -> "again " + n;
    assertThat(api.user(7)).isEqualTo("again 7");
    time.assertNothingCharged();
  }

  @Test
  void throughAGenericInterface() {
    GenericApi<Integer, String> api = n -> "generic " + n;
    assertThat(api.find(7)).isEqualTo("generic 7");
    assertThat(bounded(api, 8)).isEqualTo("generic 8");
    IntegerApi concrete = n -> "concrete " + n;
    assertThat(concrete.find(9)).isEqualTo("concrete 9");
    time.assertCharged("generic", 3);
  }

  private static <K, A extends GenericApi<K, String>> String bounded(A api, K key) {
    return api.find(key);
  }

  @Test
  void anAbstractClass() {
    AbstractApi api =
        new AbstractApi() {
          @Override
          String user() {
            return "user";
          }
        };
    assertThat(api.user()).isEqualTo("user");
    time.assertCharged("call", 1);
  }

  @Test
  void fromADefaultMethodOfTheInterface() {
    Api api = n -> "user " + n;
    assertThat(api.first()).isEqualTo("user 1");
    time.assertCharged("call", 1);
  }

  @Test
  void metaAnnotatedMethods() {
    MetaApi api = () -> 3;
    assertThat(api.call()).isEqualTo(3);
    time.assertCharged("meta", 1);
  }

  @Test
  void aMethodReferenceOrReflection_isNotSeen() throws Exception {
    Api api = n -> "user " + n;
    Function<Integer, String> reference = api::user;
    assertThat(reference.apply(7)).isEqualTo("user 7");
    Method user = Api.class.getMethod("user", int.class);
    assertThat(user.invoke(api, 8)).isEqualTo("user 8");
    time.assertNothingCharged();
  }

  // ---- annotations on types

  @Test
  void throughAnAnnotatedInterface_butNeverObjectsMethods() {
    TypeApi api =
        new TypeApi() {
          @Override
          public int call() {
            return 1;
          }

          @Override
          public String toString() {
            return "api";
          }
        };
    assertThat(api.toString()).isEqualTo("api");
    assertThat(api.equals(api)).isTrue();
    assertThat(api.hashCode()).isEqualTo(System.identityHashCode(api));
    time.assertNothingCharged();
    assertThat(api.call()).isEqualTo(1);
    time.assertCharged("type", 1);
  }

  @Test
  void anAnnotationOnTheSubInterface_appliesToInheritedMethodsCalledThroughIt() {
    UserApi api = () -> 1;
    assertThat(api.call()).isEqualTo(1);
    time.assertCharged("type", 1);
    time.assertCharged("user", 1);
    PlainBaseUser plain = () -> 2;
    assertThat(plain.call()).isEqualTo(2);
    time.assertCharged("user", 2);
  }

  @Test
  void throughTheBaseInterface_theSubInterfacesAnnotationIsNotSeen() {
    TypeApi api = (UserApi) () -> 1;
    assertThat(api.call()).isEqualTo(1);
    time.assertCharged("type", 1);
    time.assertCharged("user", 0);
  }

  @Test
  void anAnnotationOnTheBase_appliesThroughAPlainSubInterface() {
    PlainSub api = () -> 1;
    assertThat(api.call()).isEqualTo(1);
    time.assertCharged("type", 1);
  }

  @Test
  void throughAClassThatImplementsTheInterface_isABodysMatter() {
    assertThat(new Implementation().call()).isEqualTo(5);
    time.assertNothingCharged();
  }

  interface Api {
    @Throttle(value = "call", limit = 100, period = "PT1S")
    String user(int id);

    default String first() {
      return user(1);
    }
  }

  interface SubApi extends Api {}

  interface Redeclared extends Api {
    @Override
    String user(int id);
  }

  interface GenericApi<K, V> {
    @Throttle(value = "generic", limit = 100, period = "PT1S")
    V find(K key);
  }

  interface IntegerApi extends GenericApi<Integer, String> {}

  abstract static class AbstractApi {
    @Throttle(value = "call", limit = 100, period = "PT1S")
    abstract String user();
  }

  interface MetaApi {
    @Meta.TwoLevels
    int call();
  }

  @Throttle(value = "type", limit = 100, period = "PT1S")
  interface TypeApi {
    int call();
  }

  @Throttle(value = "user", limit = 100, period = "PT1S")
  interface UserApi extends TypeApi {}

  interface PlainSub extends TypeApi {}

  interface PlainBase {
    int call();
  }

  @Throttle(value = "user", limit = 100, period = "PT1S")
  interface PlainBaseUser extends PlainBase {}

  static class Implementation implements TypeApi {
    @Override
    public int call() {
      return 5;
    }
  }
}
