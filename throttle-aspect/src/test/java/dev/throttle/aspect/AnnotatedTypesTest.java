package dev.throttle.aspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Throttle;
import java.util.List;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AnnotatedTypesTest {

  @RegisterExtension final OnVirtualTime time = new OnVirtualTime();

  @Test
  void everyMethodOfTheClass_privateAndStaticToo() {
    Client client = new Client();
    assertThat(client.a() + Client.b() + client.throughPrivate()).isEqualTo(6);
    time.assertCharged("type", 4); // throughPrivate is one of them
  }

  @Test
  void aMethodsOwnBuckets_comeOnTop() {
    new Client().own();
    time.assertCharged("type", 1);
    time.assertCharged("own", 1);
  }

  @Test
  void constructorsAndInitialisersAndObjectMethods_never() {
    Client client = new Client();
    assertThat(client.toString()).isEqualTo("client");
    assertThat(client.equals(client)).isTrue();
    assertThat(client.hashCode()).isEqualTo(1);
    time.assertNothingCharged();
  }

  @Test
  void aLambdaWithinAMethod_isNotAMethod() {
    IntSupplier lambda = new Client().lambda();
    time.assertCharged("type", 1);
    assertThat(lambda.getAsInt()).isEqualTo(3);
    time.assertCharged("type", 1);
  }

  @Test
  void nestedAndAnonymousClasses_areTypesOfTheirOwn() {
    assertThat(new Client.Nested().nested()).isEqualTo(4);
    time.assertNothingCharged();
    Runnable anonymous = new Client().anonymous();
    time.assertCharged("type", 1);
    anonymous.run();
    time.assertCharged("type", 1);
  }

  @Test
  void aSubclass_inheritsBodiesButNotTheAnnotation() {
    Sub sub = new Sub();
    assertThat(sub.a()).isEqualTo(1);
    time.assertCharged("type", 1);
    assertThat(sub.own()).isEqualTo("overridden");
    assertThat(sub.another()).isEqualTo(9);
    time.assertCharged("type", 1);
  }

  @Test
  void metaAnnotatedTypes() {
    new OneLevel().call();
    new TwoLevels().call();
    time.assertCharged("meta", 2);
    new Repeated().call();
    time.assertCharged("meta/first", 1);
    time.assertCharged("meta/second", 1);
  }

  @Test
  void defaultAndStaticMethodsOfAnAnnotatedInterface() {
    assertThat(new Defaults() {}.a() + Defaults.b()).isEqualTo(3);
    time.assertCharged("type", 2);
  }

  @Test
  void whatTheCompilerAddsToEnumsAndRecords_isNotMeant() {
    assertThat(Choice.values()).hasSize(1);
    assertThat(Choice.valueOf("ONE")).isSameAs(Choice.ONE);
    assertThat(new Answer(1).n()).isEqualTo(1);
    time.assertNothingCharged();
    assertThat(Choice.ONE.call() + new Answer(2).twice()).isEqualTo(5);
    time.assertCharged("type", 2);
  }

  @Test
  void anAnnotationsOwnElements_areNotMeant() {
    Meta.OneLevel annotation = OneLevel.class.getAnnotation(Meta.OneLevel.class);
    assertThat(List.of(annotation).get(0).note()).isEqualTo("a note");
    time.assertNothingCharged();
  }

  @Throttle(value = "type", limit = 100, period = "PT1S")
  static class Client {

    static final int CONSTANT = Integer.parseInt("1");

    int a() {
      return CONSTANT;
    }

    static int b() {
      return 2;
    }

    int throughPrivate() {
      return three();
    }

    private int three() {
      return 3;
    }

    @Throttle(value = "own", limit = 100, period = "PT1S")
    String own() {
      return "own";
    }

    IntSupplier lambda() {
      int three = 3;
      return () -> three;
    }

    Runnable anonymous() {
      return new Runnable() {
        @Override
        public void run() {}
      };
    }

    @Override
    public String toString() {
      return "client";
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return 1;
    }

    static class Nested {
      int nested() {
        return 4;
      }
    }
  }

  static class Sub extends Client {
    @Override
    String own() {
      return "overridden";
    }

    int another() {
      return 9;
    }
  }

  @Meta.OneLevel
  static class OneLevel {
    void call() {}
  }

  @Meta.TwoLevels
  static class TwoLevels {
    void call() {}
  }

  @Meta.Repeated
  static class Repeated {
    void call() {}
  }

  @Throttle(value = "type", limit = 100, period = "PT1S")
  interface Defaults {
    default int a() {
      return 1;
    }

    static int b() {
      return 2;
    }
  }

  @Throttle(value = "type", limit = 100, period = "PT1S")
  enum Choice {
    ONE;

    int call() {
      return 1;
    }
  }

  @Throttle(value = "type", limit = 100, period = "PT1S")
  record Answer(int n) {
    int twice() {
      return 2 * n;
    }
  }
}
