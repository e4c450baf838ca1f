package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The example of {@code docs/index-format.md} is what the compiler writes. */
class IndexFormatPageTest {

  @Test
  void exampleOfThePage_isTheIndexOfItsSource() throws IOException {
    Build build =
        Build.of(
            """
            package com.acme;

            import dev.throttle.annotation.*;
            import java.util.concurrent.CompletableFuture;

            @Throttle(
                value = "api.foo.com",
                limit = 10,
                period = "PT1S",
                also = @Limit(limit = 1_000, period = "P1D", zone = "America/New_York"))
            interface FooApi {
              @Throttle(
                  value = "api.foo.com/users",
                  limit = 100,
                  period = "PT15M",
                  algorithm = Algorithm.TOKEN_BUCKET,
                  burst = 40,
                  reserve = 20,
                  maxQueue = 50)
              CompletableFuture<String> user(@ThrottleKey String tenant, long id);

              default void ping() {}
            }
            """);

    assertThat(Files.readString(Path.of("..", "docs", "index-format.md")))
        .contains("```text\n" + build.index() + "```\n");
  }
}
