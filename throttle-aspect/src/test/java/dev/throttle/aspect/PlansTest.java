package dev.throttle.aspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.throttle.annotation.Throttle;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttling;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PlansTest {

  @RegisterExtension final OnVirtualTime time = new OnVirtualTime();

  @Test
  void aWrongAnnotation_isRefusedEachTime_withTheNameOfTheMethod() {
    Wrong wrong = new Wrong();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(wrong::period)
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "@Throttle(\"wrong\") on Wrong.period(): period must be an ISO-8601 duration such as"
                  + " PT15M")
          .hasMessageEndingWith("but was '1s'.");
      assertThatThrownBy(() -> wrong.later("x"))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("@Throttle(\"nowhere\") on Wrong.later(String): ");
      assertThatThrownBy(() -> ((WrongApi) () -> 1).call())
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("@Throttle(\"wrong\") on WrongApi.call(): ");
    }
    Throttling.buckets().define("nowhere", Limit.of(1, Duration.ofSeconds(1)));
    assertThat(wrong.later("x")).isEqualTo("x");
  }

  @Test
  void aWovenCall_allocatesNothing_onceItIsCompiled() {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(1))
        .until(PlansTest::bytesOfManyCalls, bytes -> bytes < 10_000);
  }

  private static long bytesOfManyCalls() {
    Cheap cheap = new Cheap();
    CheapApi api = cheap;
    long sum = 0;
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100_000; i++) {
      sum += cheap.one(i) + api.call(i) + cheap.text().length();
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(sum).isPositive();
    return allocated;
  }

  @Test
  void aRedeployedApplication_isNotKeptInMemory() throws Exception {
    WeakReference<Class<?>> application = runInALoaderOfItsOwn();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              System.gc();
              return application.get() == null;
            });
  }

  private static WeakReference<Class<?>> runInALoaderOfItsOwn() throws Exception {
    URL here = Redeployed.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {here}, PlansTest.class.getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            return name.startsWith(PlansTest.class.getName())
                ? findClass(name)
                : super.loadClass(name, resolve);
          }
        }) {
      Class<?> application = loader.loadClass(Redeployed.class.getName());
      assertThat(application).isNotSameAs(Redeployed.class);
      Runnable run = (Runnable) application.getConstructor().newInstance();
      run.run();
      assertThat(Throttling.buckets().bucket("redeployed").inUse()).isEqualTo(2);
      return new WeakReference<>(application);
    }
  }

  @Test
  void aClassWithManyJoinPoints() {
    Many many = new Many();
    assertThat(many.all()).isEqualTo("abcdefghijk");
    assertThat(many.all()).isEqualTo("abcdefghijk");
    time.assertCharged("many", 22);
  }

  static class Wrong {

    @Throttle(value = "wrong", limit = 1, period = "1s")
    String period() {
      return "";
    }

    @Throttle("nowhere")
    Object later(String x) {
      return x;
    }
  }

  interface WrongApi {
    @Throttle(value = "wrong", limit = 1, period = "1s")
    int call();
  }

  interface CheapApi {
    @Throttle(value = "cheap", limit = 1_000_000, period = "PT0S")
    long call(long n);
  }

  static class Cheap implements CheapApi {
    @Override
    @Throttle(value = "cheap", limit = 1_000_000, period = "PT0S")
    public long call(long n) {
      return one(n);
    }

    @Throttle(value = "cheap", limit = 1_000_000, period = "PT0S")
    long one(long n) {
      return n;
    }

    @Throttle(value = "cheap", limit = 1_000_000, period = "PT0S")
    CharSequence text() {
      return "a constant";
    }
  }

  /** Stands for an application that a container loads, runs and forgets. */
  public static class Redeployed implements Runnable {

    private final CheapCall cheap = n -> n;

    @Override
    public void run() {
      body();
      cheap.call(1);
    }

    @Throttle(value = "redeployed", limit = 100, period = "PT1S")
    void body() {}

    interface CheapCall {
      @Throttle(value = "redeployed", limit = 100, period = "PT1S")
      long call(long n);
    }
  }

  @Throttle(value = "many", limit = 100, period = "PT1S")
  interface Letters {
    String next(String letter);
  }

  static class Many {
    String all() {
      Letters l = s -> s;
      return l.next("a")
          + l.next("b")
          + l.next("c")
          + l.next("d")
          + l.next("e")
          + l.next("f")
          + l.next("g")
          + l.next("h")
          + l.next("i")
          + l.next("j")
          + l.next("k");
    }
  }
}
