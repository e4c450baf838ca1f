package dev.throttle.spring;

import dev.throttle.annotation.Throttle;
import dev.throttle.clients.feign.ThrottleCapability;
import dev.throttle.test.contract.Endpoint;
import dev.throttle.test.contract.FooApiCall;
import dev.throttle.test.contract.HookedClient;
import feign.Capability;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.cloud.openfeign.EnableFeignClients;
import org.springframework.cloud.openfeign.FeignAutoConfiguration;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;

/** The contract for the Feign clients of Spring Cloud. */
@Tag("once")
class OpenFeignContractOnBoot4Test extends StartedContract {

  private static final String NOWHERE = "http://localhost:0"; // the arguments say where

  interface Parent {
    @GetMapping("/inherited")
    @Throttle(value = "api/inherited", limit = 1, period = "PT1S")
    String inherited(URI baseUrl);
  }

  @FeignClient(name = "of-methods", url = NOWHERE)
  interface OfMethods extends Parent {
    @GetMapping("/method")
    @Throttle(value = "api/method", limit = 1, period = "PT1S")
    String method(URI baseUrl);

    @GetMapping("/method")
    @Throttle(value = "api/method", maxWait = "PT0S")
    String unlessBusy(URI baseUrl);

    @GetMapping("/meta")
    @FooApiCall
    String meta(URI baseUrl);

    @GetMapping("/other")
    String unthrottled(URI baseUrl);
  }

  @FeignClient(name = "of-type", url = NOWHERE)
  @Throttle(value = "api/type", limit = 1, period = "PT1S")
  interface OfType {
    @GetMapping("/type")
    String type(URI baseUrl);
  }

  @FeignClient(name = "twice", url = NOWHERE, configuration = Again.class)
  interface Twice {
    @GetMapping("/method")
    @Throttle(value = "api/method", limit = 1, period = "PT1S")
    String method(URI baseUrl);
  }

  static class Again {
    @Bean
    Capability again() {
      return new ThrottleCapability();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({
    AopAutoConfiguration.class,
    ThrottleAutoConfiguration.class,
    ThrottleClientsAutoConfiguration.class,
    FeignAutoConfiguration.class,
    HttpMessageConvertersAutoConfiguration.class
  })
  @EnableFeignClients(clients = {OfMethods.class, OfType.class, Twice.class})
  static class Application {}

  OpenFeignContractOnBoot4Test() {
    super(Application.class);
    set("spring.cloud.openfeign.client.config.default.read-timeout", "2000");
    set("spring.cloud.openfeign.client.config.default.connect-timeout", "2000");
  }

  @Override
  protected boolean cancelsRequests() {
    return false;
  }

  @Override
  protected HookedClient client(String baseUrl, int timesInstalled) {
    URI base = URI.create(baseUrl);
    OfMethods api = bean(OfMethods.class);
    OfType type = bean(OfType.class);
    Twice twice = bean(Twice.class);
    return new HookedClient() {
      @Override
      public CompletableFuture<?> send(Endpoint endpoint) {
        return HookedClient.onThread(
            switch (endpoint) {
              case METHOD -> () -> timesInstalled == 2 ? twice.method(base) : api.method(base);
              case TYPE -> () -> type.type(base);
              case INHERITED -> () -> api.inherited(base);
              case META -> () -> api.meta(base);
            });
      }

      @Override
      public CompletableFuture<?> sendReflectively() {
        return HookedClient.onThread(
            () -> OfMethods.class.getMethod("method", URI.class).invoke(api, base));
      }

      @Override
      public CompletableFuture<?> sendUnlessBusy() {
        return HookedClient.onThread(() -> api.unlessBusy(base));
      }

      @Override
      public CompletableFuture<?> sendUnthrottled() {
        return HookedClient.onThread(() -> api.unthrottled(base));
      }
    };
  }
}
