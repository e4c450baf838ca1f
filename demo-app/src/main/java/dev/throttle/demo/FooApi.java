package dev.throttle.demo;

import dev.throttle.annotation.Throttle;
import feign.Feign;
import feign.Param;
import feign.RequestLine;
import java.time.Instant;

// The example of README.md, from here on.
@Throttle(value = "api.foo.com", limit = 600, period = "PT1M") // all calls together
interface FooApi {
  @Throttle(value = "api.foo.com/users", limit = 2, period = "PT1S") // and users by themselves
  @RequestLine("GET /users/{id}")
  String user(@Param("id") int id);

  static void main(String... url) {
    FooApi foo = Feign.builder().target(FooApi.class, url[0]);
    for (int id = 1; id <= 5; id++) {
      System.out.println(foo.user(id) + " at " + Instant.now());
    }
  }
}
