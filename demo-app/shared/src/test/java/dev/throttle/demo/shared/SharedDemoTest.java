package dev.throttle.demo.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SharedDemoTest {

  @Test
  void four_jvms_keep_one_limit_also_when_one_is_killed() throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    boolean well = SharedDemo.run(new PrintStream(said, true, StandardCharsets.UTF_8), true);
    String text = said.toString(StandardCharsets.UTF_8);
    System.out.println(text);
    assertThat(well).as(text).isTrue();
    assertThat(text)
        .contains("JVM 4 is killed")
        .containsPattern("429s: 0 of [1-9][0-9,]* calls; use [0-9.]+ %");
  }
}
