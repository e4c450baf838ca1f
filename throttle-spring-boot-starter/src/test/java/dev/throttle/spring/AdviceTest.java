package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleKey;
import dev.throttle.core.Buckets;
import dev.throttle.core.ThrottledException;
import dev.throttle.test.VirtualTime;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Mono;

class AdviceTest {

  private final VirtualTime time = new VirtualTime();
  private final ApplicationContextRunner application = Starter.on(time);

  static class Prices {

    final List<String> quoted = new ArrayList<>();

    @Throttle(value = "prices", limit = 1, period = "PT1S", maxWait = "PT0S")
    String quote(String share) {
      quoted.add(share);
      return share + "!";
    }

    @Throttle(value = "later", limit = 1, period = "PT1S")
    CompletableFuture<String> quoteLater(String share) {
      quoted.add(share);
      return CompletableFuture.completedFuture(share + "!");
    }

    @Throttle(value = "mono", limit = 1, period = "PT1S")
    Mono<String> quoteMono(String share) {
      return Mono.fromSupplier(
          () -> {
            quoted.add(share);
            return share + "!";
          });
    }

    @Throttle(value = "per tenant", limit = 1, period = "PT1S", maxWait = "PT0S")
    String quoteFor(@ThrottleKey String tenant) {
      return tenant;
    }

    @Throttle(value = "failing", limit = 1, period = "PT1S", maxWait = "PT0S")
    void fail() throws IOException {
      throw new IOException("no quote");
    }

    void free() {}
  }

  @Test
  void an_annotated_method_takes_its_turn() {
    application
        .withBean(Prices.class)
        .run(
            context -> {
              Prices prices = context.getBean(Prices.class);
              assertThat(AopUtils.isCglibProxy(prices)).isTrue();
              assertThat(prices.quote("A")).isEqualTo("A!");
              assertThatThrownBy(() -> prices.quote("B")).isInstanceOf(ThrottledException.class);
              time.advance(Duration.ofSeconds(2));
              assertThat(prices.quote("C")).isEqualTo("C!");
              prices.free();
            });
  }

  @Test
  void a_future_is_returned_at_once_and_its_call_made_in_turn() {
    application
        .withBean(Prices.class)
        .run(
            context -> {
              Prices prices = context.getBean(Prices.class);
              prices.quoteLater("A").join();
              CompletableFuture<String> second = prices.quoteLater("B");
              CompletableFuture<String> third = prices.quoteLater("C");
              assertThat(second).isNotDone();
              third.cancel(false);
              time.advance(Duration.ofSeconds(2));
              assertThat(second).isCompletedWithValue("B!");
              time.advance(Duration.ofSeconds(2));
              CompletableFuture<String> fourth = prices.quoteLater("D");
              assertThat(fourth).isCompletedWithValue("D!");
            });
  }

  @Test
  void each_subscription_to_a_mono_takes_its_turn() {
    application
        .withBean(Prices.class)
        .run(
            context -> {
              Prices prices = context.getBean(Prices.class);
              Mono<String> quote = prices.quoteMono("A");
              CompletableFuture<String> first = quote.toFuture();
              CompletableFuture<String> second = quote.toFuture();
              assertThat(first).isCompletedWithValue("A!");
              assertThat(second).isNotDone();
              time.advance(Duration.ofSeconds(2));
              assertThat(second).isCompletedWithValue("A!");
            });
  }

  @Test
  void a_key_has_a_bucket_of_its_own() {
    application
        .withBean(Prices.class)
        .run(
            context -> {
              Prices prices = context.getBean(Prices.class);
              assertThat(prices.quoteFor("one")).isEqualTo("one");
              assertThat(prices.quoteFor("two")).isEqualTo("two");
              assertThatThrownBy(() -> prices.quoteFor("one"))
                  .isInstanceOf(ThrottledException.class);
            });
  }

  @Test
  void a_checked_exception_comes_through_as_it_is() {
    application
        .withBean(Prices.class)
        .run(
            context ->
                assertThatThrownBy(() -> context.getBean(Prices.class).fail())
                    .isInstanceOf(IOException.class)
                    .hasMessage("no quote"));
  }

  @Throttle(value = "api.foo.com", limit = 2, period = "PT1S", maxWait = "PT0S")
  @Retention(RetentionPolicy.RUNTIME)
  @interface FooApi {}

  @FooApi
  interface Users {

    @Throttle(value = "api.foo.com/users", limit = 1, period = "PT1S", maxWait = "PT0S")
    String user(long id);

    String group(long id);
  }

  static final class UsersOverHttp implements Users {

    @Override
    public String user(long id) {
      return "user " + id;
    }

    @Override
    public String group(long id) {
      return "group " + id;
    }
  }

  @Test
  void what_an_interface_says_counts_for_the_bean_behind_it() {
    application
        .withPropertyValues("spring.aop.proxy-target-class=false")
        .withBean(UsersOverHttp.class)
        .run(
            context -> {
              Users users = context.getBean(Users.class);
              assertThat(AopUtils.isJdkDynamicProxy(users)).isTrue();
              assertThat(users.user(1)).isEqualTo("user 1");
              assertThatThrownBy(() -> users.user(2))
                  .isInstanceOfSatisfying(
                      ThrottledException.class,
                      e -> assertThat(e.bucket()).isEqualTo("api.foo.com/users"));
              assertThat(users.group(1)).isEqualTo("group 1");
              assertThatThrownBy(() -> users.group(2))
                  .isInstanceOfSatisfying(
                      ThrottledException.class,
                      e -> assertThat(e.bucket()).isEqualTo("api.foo.com"));
            });
  }

  @Test
  void a_bean_that_is_a_proxy_itself_is_throttled_too() {
    application
        .withBean(
            Users.class,
            () ->
                (Users)
                    Proxy.newProxyInstance(
                        Users.class.getClassLoader(),
                        new Class<?>[] {Users.class},
                        (proxy, method, arguments) ->
                            switch (method.getName()) {
                              case "hashCode" -> 1;
                              case "equals" -> proxy == arguments[0];
                              case "toString" -> "users";
                              default -> method.getName();
                            }))
        .run(
            context -> {
              Users users = context.getBean(Users.class);
              assertThat(users.user(1)).isEqualTo("user");
              assertThatThrownBy(() -> users.user(2)).isInstanceOf(ThrottledException.class);
            });
  }

  interface Fetching<T> {
    @Throttle(value = "fetching", limit = 1, period = "PT1S", maxWait = "PT0S")
    String fetch(T what);
  }

  static class FetchingNumbers implements Fetching<Integer> {
    @Override
    @Throttle(value = "numbers", limit = 5, period = "PT1S", maxWait = "PT0S")
    public String fetch(Integer what) {
      return "number " + what;
    }
  }

  @Test
  void interface_and_class_both_count_once_each() {
    application
        .withBean(FetchingNumbers.class)
        .run(
            context -> {
              FetchingNumbers numbers = context.getBean(FetchingNumbers.class);
              assertThat(numbers.fetch(1)).isEqualTo("number 1");
              Buckets buckets = context.getBean(Buckets.class);
              assertThat(buckets.bucket("fetching").inUse()).isEqualTo(1);
              assertThat(buckets.bucket("numbers").inUse()).isEqualTo(1);
              assertThatThrownBy(() -> numbers.fetch(2)).isInstanceOf(ThrottledException.class);
              assertThat(buckets.bucket("numbers").inUse()).isEqualTo(1);
            });
  }

  @Test
  void beans_without_an_annotation_are_left_alone() {
    application
        .withBean(StringBuilder.class)
        .run(
            context ->
                assertThat(AopUtils.isAopProxy(context.getBean(StringBuilder.class))).isFalse());
  }

  @Test
  void advice_can_be_switched_off() {
    application
        .withPropertyValues("throttle.advice.enabled=false")
        .withBean(Prices.class)
        .run(context -> assertThat(AopUtils.isAopProxy(context.getBean(Prices.class))).isFalse());
  }

  static class Wrong {
    @Throttle(value = "wrong", limit = 0, period = "PT1S")
    void call() {}
  }

  @Test
  void a_wrong_annotation_stops_the_start_and_says_which() {
    application
        .withBean(Wrong.class)
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("limit must be a whole number of at least 1"));
  }
}
