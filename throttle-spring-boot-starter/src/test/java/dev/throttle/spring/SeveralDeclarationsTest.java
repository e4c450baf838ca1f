package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleKey;
import dev.throttle.core.Buckets;
import dev.throttle.core.ThrottledException;
import dev.throttle.test.VirtualTime;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;

/** A bucket that several types name which stand behind one call takes one permit. */
class SeveralDeclarationsTest {

  private final VirtualTime time = new VirtualTime();
  private final ApplicationContextRunner application = Starter.on(time);

  private static int inUse(ApplicationContext context, String bucket) {
    return context.getBean(Buckets.class).bucket(bucket).inUse();
  }

  interface ReadingUsers {
    @Throttle(value = "shared", limit = 5, period = "PT1H")
    @Throttle(value = "reading", limit = 5, period = "PT1H")
    String user(long id);
  }

  interface KnowingUsers {
    @Throttle(value = "shared", limit = 5, period = "PT1H", cost = 2)
    @Throttle(value = "knowing", limit = 5, period = "PT1H")
    String user(long id);
  }

  static class Users implements ReadingUsers, KnowingUsers {
    @Override
    public String user(long id) {
      return "user " + id;
    }
  }

  @Test
  void two_unrelated_interfaces_name_a_bucket_and_the_higher_cost_counts() {
    application
        .withBean(Users.class)
        .run(
            context -> {
              context.getBean(ReadingUsers.class).user(1);
              assertThat(inUse(context, "shared")).isEqualTo(2);
              assertThat(inUse(context, "reading")).isEqualTo(1);
              assertThat(inUse(context, "knowing")).isEqualTo(1);
            });
  }

  interface Fetching<T> {
    @Throttle(value = "fetching", limit = 5, period = "PT1H")
    CompletionStage<String> fetch(T what);
  }

  static class FetchingNumbers implements Fetching<Integer> {
    @Override
    @Throttle("fetching")
    @Throttle(value = "numbers", limit = 1, period = "PT1H")
    public CompletableFuture<String> fetch(Integer what) {
      return CompletableFuture.completedFuture("number " + what);
    }
  }

  @Test
  void a_class_names_the_bucket_of_its_generic_interface() {
    application
        .withBean(FetchingNumbers.class)
        .run(
            context -> {
              FetchingNumbers numbers = context.getBean(FetchingNumbers.class);
              assertThat(numbers.fetch(1)).isCompletedWithValue("number 1");
              assertThat(inUse(context, "fetching")).isEqualTo(1);
              assertThat(inUse(context, "numbers")).isEqualTo(1);
              CompletableFuture<String> second = numbers.fetch(2);
              assertThat(second).isNotDone();
              assertThat(inUse(context, "fetching")).as("from all or from none").isEqualTo(1);
              second.cancel(false);
            });
  }

  interface PerTenant {
    @Throttle(value = "tenants", limit = 1, period = "PT1H", maxWait = "PT0S")
    void call(@ThrottleKey String tenant);
  }

  interface AlsoPerTenant {
    @Throttle(value = "tenants", limit = 1, period = "PT1H", maxWait = "PT0S")
    void call(@ThrottleKey String tenant);
  }

  static class Tenants implements PerTenant, AlsoPerTenant {
    @Override
    public void call(String tenant) {}
  }

  @Test
  void two_interfaces_name_a_bucket_of_each_key() {
    application
        .withBean(Tenants.class)
        .run(
            context -> {
              PerTenant tenants = context.getBean(PerTenant.class);
              tenants.call("one");
              tenants.call("two");
              assertThatThrownBy(() -> tenants.call("one")).isInstanceOf(ThrottledException.class);
            });
  }

  interface ForAll {
    @Throttle(value = "tenants", limit = 1, period = "PT1H")
    void call(String tenant);
  }

  static class Mixed implements PerTenant, ForAll {
    @Override
    public void call(String tenant) {}
  }

  @Test
  void a_bucket_of_each_key_here_and_of_all_there_stops_the_start() {
    application
        .withBean(Mixed.class)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasMessageContaining("bucket 'tenants' is one per key here")
                    .hasMessageContaining("PerTenant.call(String)"));
  }

  interface Recursive {
    @Throttle(value = "interface", limit = 9, period = "PT1H")
    String call(int again);
  }

  static class RecursiveBean implements Recursive {

    private final ApplicationContext context;

    RecursiveBean(ApplicationContext context) {
      this.context = context;
    }

    @Override
    @Throttle(value = "body", limit = 9, period = "PT1H")
    public String call(int again) {
      return again == 0 ? "called" : context.getBean(Recursive.class).call(again - 1);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Scopes {

    @Bean
    @Scope(value = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
    Recursive recursive(ApplicationContext context) {
      return new RecursiveBean(context);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OneByTwoNames {

    @Bean
    RecursiveBean recursive(ApplicationContext context) {
      return new RecursiveBean(context);
    }

    @Bean
    @Primary
    Recursive again(RecursiveBean recursive) {
      return recursive;
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {Scopes.class, OneByTwoNames.class})
  void a_proxy_behind_a_proxy_pays_nothing_again_and_what_it_calls_itself_does(Class<?> beans) {
    application
        .withUserConfiguration(beans)
        .run(
            context -> {
              assertThat(context.getBean(Recursive.class).call(0)).isEqualTo("called");
              assertThat(inUse(context, "interface")).isEqualTo(1);
              assertThat(inUse(context, "body")).isEqualTo(1);
              assertThat(context.getBean(Recursive.class).call(2)).isEqualTo("called");
              assertThat(inUse(context, "interface")).isEqualTo(4);
              assertThat(inUse(context, "body")).isEqualTo(4);
            });
  }
}
