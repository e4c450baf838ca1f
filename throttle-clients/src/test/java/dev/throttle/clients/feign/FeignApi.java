package dev.throttle.clients.feign;

import dev.throttle.annotation.Throttle;
import dev.throttle.test.contract.FooApiCall;
import feign.RequestLine;
import java.util.concurrent.CompletableFuture;

/** Interfaces of Feign's kind, for the contract. */
final class FeignApi {

  private FeignApi() {}

  interface Parent {
    @Throttle(value = "api/inherited", limit = 1, period = "PT1S")
    @RequestLine("GET /inherited")
    String inherited();
  }

  interface Sync extends Parent {
    @Throttle(value = "api/method", limit = 1, period = "PT1S")
    @RequestLine("GET /method")
    String method();

    @Throttle(value = "api/method", limit = 1, period = "PT1S", maxWait = "PT0S")
    @RequestLine("GET /method")
    String unlessBusy();

    @FooApiCall
    @RequestLine("GET /meta")
    String meta();

    @RequestLine("GET /unannotated")
    String unannotated();

    @Throttle(value = "api/five", limit = 5, period = "PT1S")
    @RequestLine("GET /five")
    String five();

    @Throttle(value = "api/one", limit = 1, period = "PT0S")
    @RequestLine("GET /one")
    String one();
  }

  @Throttle(value = "api/type", limit = 1, period = "PT1S")
  interface SyncType {
    @RequestLine("GET /type")
    String type();
  }

  interface AsyncParent {
    @Throttle(value = "api/inherited", limit = 1, period = "PT1S")
    @RequestLine("GET /inherited")
    CompletableFuture<String> inherited();
  }

  interface Async extends AsyncParent {
    @Throttle(value = "api/method", limit = 1, period = "PT1S")
    @RequestLine("GET /method")
    CompletableFuture<String> method();

    @Throttle(value = "api/method", limit = 1, period = "PT1S", maxWait = "PT0S")
    @RequestLine("GET /method")
    CompletableFuture<String> unlessBusy();

    @FooApiCall
    @RequestLine("GET /meta")
    CompletableFuture<String> meta();

    @RequestLine("GET /unannotated")
    CompletableFuture<String> unannotated();

    @Throttle(value = "api/five", limit = 5, period = "PT1S")
    @RequestLine("GET /five")
    CompletableFuture<String> five();

    @Throttle(value = "api/one", limit = 1, period = "PT0S")
    @RequestLine("GET /one")
    CompletableFuture<String> one();

    @Throttle("api/five")
    @RequestLine("GET /five")
    String plainFive();
  }

  @Throttle(value = "api/type", limit = 1, period = "PT1S")
  interface AsyncType {
    @RequestLine("GET /type")
    CompletableFuture<String> type();
  }
}
