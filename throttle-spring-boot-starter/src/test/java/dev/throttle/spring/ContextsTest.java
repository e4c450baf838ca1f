package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Throttle;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Buckets;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestTemplate;

class ContextsTest {

  static class Partner {
    @Throttle("partner")
    public String get() {
      return "got";
    }
  }

  private static final String[] PROPERTIES = {
    "throttle.buckets.partner.limit=1",
    "throttle.buckets.partner.period=PT1H",
    "throttle.buckets.partner.max-wait=PT0S"
  };

  @Test
  void the_context_that_is_left_has_its_buckets_after_another_was_closed() {
    Starter.application()
        .withPropertyValues(PROPERTIES)
        .withBean(Partner.class)
        .run(
            first -> {
              Partner partner = first.getBean(Partner.class);
              partner.get();
              Starter.application().run(second -> assertThat(second).hasNotFailed());
              // the second is closed
              assertThat(Throttling.buckets()).isSameAs(first.getBean(Buckets.class));
              assertThatThrownBy(partner::get).isInstanceOf(ThrottledException.class);
            });
  }

  @Test
  void a_child_that_is_closed_takes_nothing_from_its_parent() {
    Starter.application()
        .withPropertyValues(PROPERTIES)
        .withBean(Partner.class)
        .run(
            parent -> {
              Partner partner = parent.getBean(Partner.class);
              partner.get();
              Starter.application()
                  .withParent(parent)
                  .run(child -> assertThat(child).hasNotFailed());
              assertThatThrownBy(partner::get).isInstanceOf(ThrottledException.class);
            });
  }

  static class Flushing {
    @Throttle(value = "flushing", limit = 1, period = "PT0.2S")
    public void send() {}
  }

  static class Buffer implements DisposableBean {
    static int flushed;
    private final Flushing to;

    Buffer(Flushing to) {
      this.to = to;
    }

    @Override
    public void destroy() {
      to.send();
      to.send();
      flushed++;
    }
  }

  @Test
  void a_bean_may_still_wait_when_it_is_destroyed() {
    Buffer.flushed = 0;
    Starter.application()
        .withBean(Flushing.class)
        .withBean(Buffer.class)
        .run(context -> assertThat(context).hasNotFailed());
    assertThat(Buffer.flushed).isEqualTo(1);
  }

  @Configuration(proxyBeanMethods = false)
  static class RulesFromARemote {
    @Bean
    RestTemplate template() {
      return new RestTemplate();
    }

    @Bean
    UriRules rules(Buckets buckets, RestTemplate template) {
      return UriRules.of(buckets);
    }
  }

  @Test
  void rules_may_depend_on_a_client() {
    Starter.application()
        .withUserConfiguration(RulesFromARemote.class)
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void buckets_of_a_provider_that_was_replaced_meanwhile_are_not_kept() {
    Buckets old = Buckets.builder().build();
    Buckets fresh = Buckets.builder().build();
    java.util.function.Supplier<Buckets> second = () -> fresh;
    Throttling.provideBy(
        () -> {
          Throttling.provideBy(second); // another context starts just now
          return old;
        });
    try {
      Throttling.buckets();
      assertThat(Throttling.buckets()).isSameAs(fresh);
    } finally {
      Throttling.stopProviding(second);
    }
  }

  static class WarmUp implements jakarta.servlet.Filter {
    WarmUp(Warm warm) throws Exception {
      // asks in another thread, as a client with an executor would
      java.util.concurrent.CompletableFuture.runAsync(warm::call)
          .get(10, java.util.concurrent.TimeUnit.SECONDS);
    }

    @Override
    public void doFilter(
        jakarta.servlet.ServletRequest request,
        jakarta.servlet.ServletResponse response,
        jakarta.servlet.FilterChain chain) {}
  }

  static class Warm {
    @Throttle(value = "warm", limit = 5, period = "PT1H")
    public void call() {}
  }

  @Configuration(proxyBeanMethods = false)
  @org.springframework.boot.autoconfigure.EnableAutoConfiguration
  static class WarmApplication {
    @Bean
    Warm warm() {
      return new Warm();
    }

    @Bean
    WarmUp warmUp(Warm warm) throws Exception {
      return new WarmUp(warm);
    }
  }

  @Test
  void a_bean_may_wait_for_a_thread_that_makes_the_first_throttled_call() {
    try (RunningApplication application =
        new RunningApplication(
            WarmApplication.class, org.springframework.boot.WebApplicationType.SERVLET)) {
      assertThat(application.bean(Warm.class)).isNotNull();
    }
  }

  static class Early {
    Early(Warm warm) throws Exception {
      java.util.concurrent.CompletableFuture.runAsync(warm::call)
          .get(10, java.util.concurrent.TimeUnit.SECONDS);
    }
  }

  @Test
  void a_singleton_may_wait_for_a_thread_that_makes_the_first_throttled_call() {
    Starter.application()
        .withBean(Warm.class)
        .withBean(Early.class)
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Configuration(proxyBeanMethods = false)
  @org.springframework.boot.autoconfigure.EnableAutoConfiguration
  static class ControlApplication {
    @Bean
    Warm warm() {
      return new Warm();
    }

    @Bean
    WarmUp warmUp(Buckets buckets, Warm warm) throws Exception {
      return new WarmUp(warm);
    }
  }
}
