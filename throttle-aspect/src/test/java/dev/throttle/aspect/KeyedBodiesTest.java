package dev.throttle.aspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleCost;
import dev.throttle.annotation.ThrottleKey;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@SuppressWarnings("UnusedVariable") // the parameters are for the annotations
class KeyedBodiesTest {

  @RegisterExtension final OnVirtualTime time = new OnVirtualTime();

  private final Client client = new Client();

  @Test
  void aKeyInAnyPosition() {
    assertThat(client.only("a")).isEqualTo("a");
    assertThat(client.first("a", 1, 2.5)).isEqualTo("a12.5");
    assertThat(client.middle(1L, "a", 2.5)).isEqualTo("1a2.5");
    assertThat(client.last(1L, 2.5, "a")).isEqualTo("12.5a");
    assertThat(client.only("b")).isEqualTo("b");
    time.assertCharged("key", "a", 4);
    time.assertCharged("key", "b", 1);
  }

  @Test
  void staticPrivateAndFinalMethods() {
    assertThat(Client.ofClass("a") + client.throughPrivate("a") + client.fixed("a"))
        .isEqualTo("aaa");
    time.assertCharged("key", "a", 3);
  }

  @Test
  void everyReturnType() {
    assertThat(client.toInt("a")).isEqualTo(1);
    assertThat(client.toLong("a")).isEqualTo(2L);
    assertThat(client.toFloat("a")).isEqualTo(3.5f);
    assertThat(client.toDouble("a")).isEqualTo(4.5);
    assertThat(client.toBoolean("a")).isTrue();
    assertThat(client.toChar("a")).isEqualTo('c');
    assertThat(client.toByte("a")).isEqualTo((byte) 7);
    assertThat(client.toShort("a")).isEqualTo((short) 8);
    assertThat(client.toArray("a")).containsExactly(9);
    client.toNothing("a");
    time.assertCharged("key", "a", 10);
  }

  @Test
  void primitiveKeys_andKeysBesideVariableArguments() {
    assertThat(client.primitive(7L)).isEqualTo(7);
    assertThat(client.variable("a")).isZero();
    assertThat(client.variable("a", 1, 2)).isEqualTo(2);
    time.assertCharged("number", 7L, 1);
    time.assertCharged("key", "a", 2);
  }

  @Test
  void genericMethods_andParametersWithOtherAnnotations() {
    assertThat(client.generic("a", List.of(1))).isEqualTo("a");
    assertThat(client.generic(7, List.of(1))).isEqualTo(7);
    assertThat(client.ofMap(Map.of("k", List.of(1)))).isEqualTo(1);
    time.assertCharged("any", "a", 1);
    time.assertCharged("any", 7, 1);
    time.assertCharged("map", 1, 1);
  }

  @Test
  void anAnnotationOfTheParametersTypeAlone_isNoKey() {
    assertThat(client.noKey("a")).isEqualTo("a");
    time.assertCharged("one", 1);
  }

  @Test
  void compositeKeys_ofNestedProperties() {
    Session session = new Session(new Tenant("acme"), 3);
    assertThat(client.composite(session, 1, "shop")).isEqualTo("acme1shop");
    time.assertCharged("pair", List.of("acme", "shop"), 1);
    assertThatThrownBy(() -> client.composite(new Session(null, 3), 1, "shop"))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "@ThrottleKey(\"tenant.id\") on parameter 1 of Client.composite(Session, int, String):"
                + " tenant must not be null, but was.");
    time.assertCharged("pair", List.of("acme", "shop"), 1);
  }

  @Test
  void costs_ofAnArgument_aProperty_andTheAnnotation() {
    assertThat(client.priced(5, new Session(new Tenant("acme"), 3))).isEqualTo("acme");
    time.assertCharged("five", 5);
    time.assertCharged("three", "acme", 3);
    time.assertCharged("two", 2);
    assertThatThrownBy(() -> client.priced(0, new Session(new Tenant("acme"), 3)))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "@ThrottleCost on parameter 1 of Client.priced(int, Session): a cost must be from 1 to"
                + " 2147483647, but was 0.");
    time.assertCharged("two", 2);
  }

  @Test
  void aKeyForTheBucketOfTheType_andOneForWhatAMetaAnnotationBrings() {
    OfType ofType = new OfType();
    assertThat(ofType.named("a")).isEqualTo("a");
    assertThat(ofType.meta("a")).isEqualTo("a");
    time.assertCharged("type", "a", 2);
    time.assertCharged("meta", "a", 1);
  }

  @Test
  void aDefaultMethod() {
    assertThat(new WithDefault() {}.call("a")).isEqualTo("a");
    time.assertCharged("default", "a", 1);
  }

  @Test
  void aGenericOverride_isChargedOnceAlthoughItHasABridge() {
    Source<String> source = new Texts();
    assertThat(source.next("a")).isEqualTo("a!");
    time.assertCharged("bridged", "a", 1);
  }

  @Test
  void anOverride_inheritsNoKey() {
    Client overriding =
        new Client() {
          @Override
          @Throttle(value = "override", limit = 100, period = "PT1S")
          String only(String key) {
            return key + "!";
          }
        };
    assertThat(overriding.only("a")).isEqualTo("a!");
    time.assertCharged("override", 1);
  }

  @Test
  void whatABodyThrows_passesAsItIs() {
    assertThatThrownBy(() -> client.failing("a"))
        .isExactlyInstanceOf(java.io.IOException.class)
        .hasMessage("no route")
        .hasNoCause();
    time.assertCharged("key", "a", 1);
  }

  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE_USE, ElementType.PARAMETER})
  @interface Noted {}

  record Tenant(String id) {}

  private record Session(Tenant tenant, int weight) {}

  private static class Client {

    @Throttle(value = "key", limit = 100, period = "PT1S")
    String only(@ThrottleKey String key) {
      return key;
    }

    @Throttle(value = "key", limit = 100, period = "PT1S")
    String first(@ThrottleKey String key, int a, double b) {
      return key + a + b;
    }

    @Throttle(value = "key", limit = 100, period = "PT1S")
    String middle(long a, @Noted @ThrottleKey String key, double b) {
      return a + key + b;
    }

    @Throttle(value = "key", limit = 100, period = "PT1S")
    String last(long a, double b, @ThrottleKey @Noted String key) {
      return a + "" + b + key;
    }

    @Throttle(value = "key", limit = 100, period = "PT1S")
    static String ofClass(@ThrottleKey String key) {
      return key;
    }

    String throughPrivate(String key) {
      return hidden(key);
    }

    @Throttle(value = "key", limit = 100, period = "PT1S")
    private String hidden(@ThrottleKey String key) {
      return key;
    }

    @Throttle(value = "key", limit = 100, period = "PT1S")
    final String fixed(@ThrottleKey String key) {
      return key;
    }

    @Throttle(value = "key", limit = 100, period = "PT1S")
    int toInt(@ThrottleKey String key) {
      return 1;
    }

    @Throttle(value = "key", limit = 100, period = "PT1S")
    long toLong(@ThrottleKey String key) {
      return 2;
    }

    @Throttle(value = "key", limit = 100, period = "PT1S")
    float toFloat(@ThrottleKey String key) {
      return 3.5f;
    }

    @Throttle(value = "key", limit = 100, period = "PT1S")
    double toDouble(@ThrottleKey String key) {
      return 4.5;
    }

    @Throttle(value = "key", limit = 100, period = "PT1S")
    boolean toBoolean(@ThrottleKey String key) {
      return true;
    }

    @Throttle(value = "key", limit = 100, period = "PT1S")
    char toChar(@ThrottleKey String key) {
      return 'c';
    }

    @Throttle(value = "key", limit = 100, period = "PT1S")
    byte toByte(@ThrottleKey String key) {
      return 7;
    }

    @Throttle(value = "key", limit = 100, period = "PT1S")
    short toShort(@ThrottleKey String key) {
      return 8;
    }

    @Throttle(value = "key", limit = 100, period = "PT1S")
    int[] toArray(@ThrottleKey String key) {
      return new int[] {9};
    }

    @Throttle(value = "key", limit = 100, period = "PT1S")
    void toNothing(@ThrottleKey String key) {}

    @Throttle(value = "number", limit = 100, period = "PT1S")
    long primitive(@ThrottleKey long key) {
      return key;
    }

    @Throttle(value = "key", limit = 100, period = "PT1S")
    int variable(@ThrottleKey String key, int... numbers) {
      return numbers.length;
    }

    @Throttle(value = "any", limit = 100, period = "PT1S")
    <T> T generic(@ThrottleKey T key, List<? extends Number> numbers) {
      return key;
    }

    @Throttle(value = "map", limit = 100, period = "PT1S")
    int ofMap(@ThrottleKey("size") Map<@Noted String, List<Integer>> map) {
      return map.size();
    }

    @Throttle(value = "one", limit = 100, period = "PT1S")
    String noKey(@Noted String text) {
      return text;
    }

    @Throttle(value = "pair", limit = 100, period = "PT1S")
    String composite(@ThrottleKey("tenant.id") Session session, int n, @ThrottleKey String shop) {
      return session.tenant().id() + n + shop;
    }

    @Throttle(value = "five", limit = 100, period = "PT1S")
    @Throttle(value = "three", limit = 100, period = "PT1S")
    @Throttle(value = "two", limit = 100, period = "PT1S", cost = 2)
    String priced(
        @ThrottleCost(buckets = "five") int five,
        @ThrottleCost(value = "weight", buckets = "three")
            @ThrottleKey(value = "tenant.id", buckets = "three")
            Session session) {
      return session.tenant().id();
    }

    @Throttle(value = "key", limit = 100, period = "PT1S")
    void failing(@ThrottleKey String key) throws java.io.IOException {
      throw new java.io.IOException("no route");
    }
  }

  @Throttle(value = "type", limit = 100, period = "PT1S")
  static class OfType {

    String named(@ThrottleKey(buckets = "type") String key) {
      return key;
    }

    @Meta.OneLevel
    String meta(@ThrottleKey(buckets = {"type", "meta"}) String key) {
      return key;
    }
  }

  interface WithDefault {
    @Throttle(value = "default", limit = 100, period = "PT1S")
    default String call(@ThrottleKey String key) {
      return key;
    }
  }

  interface Source<T> {
    T next(T before);
  }

  static class Texts implements Source<String> {
    @Override
    @Throttle(value = "bridged", limit = 100, period = "PT1S")
    public String next(@ThrottleKey String before) {
      return before + "!";
    }
  }
}
