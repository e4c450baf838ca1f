package dev.throttle.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HalfTest {

  private static final Half HALF =
      new Half(
          List.of(
              new Passage(10, 30, 31, 40, false),
              new Passage(10, 20, 32, 40, true),
              new Passage(Passage.AGAIN, 900, 901, 902, false),
              new Passage(10, 60, 61, 70, false)),
          1,
          16);

  @Test
  void refused_countsWhatWasAnswered429() {
    assertThat(HALF.refused()).isEqualTo(1);
    assertThat(HALF.calls()).isEqualTo(4);
  }

  @Test
  void waitNanos_isOfFirstAttemptsOnly() {
    assertThat(HALF.waitNanos(0.5)).isEqualTo(20);
    assertThat(HALF.waitNanos(1)).isEqualTo(50);
  }

  @Test
  void journal_readsWhatItWrote(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("half.csv");

    Journal.write(HALF, file);

    assertThat(Journal.read(file)).isEqualTo(HALF);
  }
}
