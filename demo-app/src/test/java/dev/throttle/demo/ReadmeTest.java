package dev.throttle.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.ProviderLimit;
import dev.throttle.test.RateLimitedProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What README.md shows is in this module, and does what it says. */
class ReadmeTest {

  @Test
  void theExample_isThatOfFooApi() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    String source = Files.readString(Path.of("src/main/java/dev/throttle/demo/FooApi.java"));

    assertThat(readme).contains(source.substring(source.indexOf("@Throttle(")));
  }

  @Test
  void theExample_prints_twoUsersASecond_without429() {
    Duration second = Duration.ofSeconds(1);
    try (RateLimitedProvider provider =
        RateLimitedProvider.builder()
            .limit("/users", ProviderLimit.slidingWindow(2, second))
            .answer("/users", request -> ProviderAnswer.of(200, request.path().substring(1)))
            .start()) {

      List<String> lines = printedBy(() -> FooApi.main(provider.baseUrl()));

      assertThat(provider.refused()).isZero();
      assertThat(lines).hasSize(5).first().asString().startsWith("users/1 at ");
      List<Instant> at =
          lines.stream().map(l -> Instant.parse(l.substring(l.indexOf(" at ") + 4))).toList();
      assertThat(at).isSorted();
      // The provider's times, since what is printed is printed some time after each answer.
      assertThat(provider.maxInAnyWindow("/users", second)).isEqualTo(2);
    }
  }

  private static List<String> printedBy(Runnable program) {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      program.run();
    } finally {
      System.setOut(before);
    }
    return printed.toString(UTF_8).lines().toList();
  }
}
