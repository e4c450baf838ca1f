package dev.throttle.demo.spring;

/** The kinds of clients. */
enum Kind {
  FEIGN("@FeignClient", FeignCaller.NAME),
  EXCHANGE("@HttpExchange", ExchangeCaller.NAME),
  WEB_CLIENT("WebClient", WebClientCaller.NAME);

  /** What people call it. */
  final String title;

  /** What its retry and its circuit breaker are called. */
  final String instance;

  Kind(String title, String instance) {
    this.title = title;
    this.instance = instance;
  }
}
