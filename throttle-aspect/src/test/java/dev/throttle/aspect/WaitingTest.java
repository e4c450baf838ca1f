package dev.throttle.aspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Throttle;
import dev.throttle.core.ThrottledException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WaitingTest {

  private static final Duration A_PERIOD_AND_THE_GUARD = Duration.ofMillis(1_001);

  @RegisterExtension final OnVirtualTime time = new OnVirtualTime();

  private final Client client = new Client();

  @Test
  void aStage_isReturnedAtOnceAndStartedInTurnWithItsArguments() {
    CompletableFuture<String> first = client.later("a", 1L, 1.5);
    CompletableFuture<String> second = client.later("b", 2L, 2.5);
    CompletionStage<String> third = client.stage("c");
    assertThat(client.started).containsExactly("a11.5");
    assertThat(first).isNotDone();
    assertThat(second).isNotDone();

    client.answer("a11.5");
    assertThat(first).isCompletedWithValue("a11.5 answered");
    time.advance(A_PERIOD_AND_THE_GUARD);
    assertThat(client.started).containsExactly("a11.5", "b22.5");

    client.answer("b22.5");
    time.advance(A_PERIOD_AND_THE_GUARD);
    assertThat(client.started).containsExactly("a11.5", "b22.5", "c");
    client.answer("c");
    assertThat(third).isCompletedWithValue("c answered");
  }

  @Test
  void aStageCancelledBeforeItsTurn_neverStarts() {
    client.later("a", 1L, 1.5);
    CompletableFuture<String> cancelled = client.later("b", 2L, 2.5);
    CompletableFuture<String> last = client.later("c", 3L, 3.5);
    assertThat(cancelled.cancel(true)).isTrue();
    client.answer("a11.5");
    time.advance(A_PERIOD_AND_THE_GUARD);
    assertThat(client.started).containsExactly("a11.5", "c33.5");
    assertThat(last).isNotDone();
  }

  @Test
  void aCallOfAnInterfaceThatReturnsAStage_waitsAlike() {
    Api api =
        new Api() {
          @Override
          public CompletableFuture<String> later(String what) {
            return client.start(what);
          }

          @Override
          public String plain() throws IOException {
            throw new IOException("no route");
          }
        };
    api.later("a");
    api.later("b");
    assertThat(client.started).containsExactly("a");
    client.answer("a");
    time.advance(A_PERIOD_AND_THE_GUARD);
    assertThat(client.started).containsExactly("a", "b");
  }

  @Test
  void aPlainCall_isRefusedAtOnceWhereItMayNotWait() throws Exception {
    assertThat(client.plain()).isEqualTo("plain");
    assertThatThrownBy(client::plain)
        .isInstanceOf(ThrottledException.class)
        .hasMessage(
            "bucket 'plain' (1 per PT1S) is full: next permit in 1.1 s, but maxWait is 0 s;"
                + " 0 calls wait before this one");
    time.advance(A_PERIOD_AND_THE_GUARD);
    assertThat(client.plain()).isEqualTo("plain");
  }

  @Test
  void exceptions_passAsTheyAre_andThePermitIsComplete() {
    assertThatThrownBy(() -> client.failing(new IOException("no route")))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("no route")
        .hasNoCause();
    assertThatThrownBy(() -> client.failing(new IllegalStateException("state")))
        .isExactlyInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> client.failing(new StackOverflowError("deep")))
        .isExactlyInstanceOf(StackOverflowError.class);
    time.assertCharged("failing", 3);
    time.advance(A_PERIOD_AND_THE_GUARD);
    time.assertNothingCharged();
  }

  @Test
  void aCheckedExceptionOfACall_passesAsItIs() {
    Api api =
        new Api() {
          @Override
          public CompletableFuture<String> later(String what) {
            throw new IllegalStateException(what);
          }

          @Override
          public String plain() throws IOException {
            throw new IOException("no route");
          }
        };
    assertThatThrownBy(api::plain).isExactlyInstanceOf(IOException.class);
    assertThatThrownBy(() -> api.plain()).isExactlyInstanceOf(IOException.class);
    time.assertCharged("api", 1);
    time.advance(A_PERIOD_AND_THE_GUARD);
    assertThat(api.later("early"))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingRootCause()
        .isExactlyInstanceOf(IllegalStateException.class)
        .withMessage("early");
    time.advance(A_PERIOD_AND_THE_GUARD);
    time.assertNothingCharged();
  }

  @Test
  void whatAnAsynchronousBodyThrows_failsItsFuture() {
    assertThat(client.laterFailing(new IOException("no route")))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingRootCause()
        .isExactlyInstanceOf(IOException.class)
        .withMessage("no route");
    time.advance(A_PERIOD_AND_THE_GUARD);
    time.assertNothingCharged();
  }

  interface Api {
    @Throttle(value = "api", limit = 1, period = "PT1S")
    CompletableFuture<String> later(String what);

    @Throttle(value = "api", limit = 1, period = "PT1S")
    String plain() throws IOException;
  }

  static class Client {

    private final List<String> started = new ArrayList<>();
    private final List<CompletableFuture<String>> running = new ArrayList<>();

    CompletableFuture<String> start(String what) {
      started.add(what);
      running.add(new CompletableFuture<>());
      return running.get(running.size() - 1);
    }

    void answer(String what) {
      running.get(started.indexOf(what)).complete(what + " answered");
    }

    @Throttle(value = "later", limit = 1, period = "PT1S")
    CompletableFuture<String> later(String a, long b, double c) {
      return start(a + b + c);
    }

    @Throttle(value = "later", limit = 1, period = "PT1S")
    CompletionStage<String> stage(String what) {
      return start(what);
    }

    @Throttle(value = "laterFailing", limit = 1, period = "PT1S")
    CompletableFuture<String> laterFailing(Exception e) {
      throw Plans.<RuntimeException>rethrow(e);
    }

    @Throttle(value = "plain", limit = 1, period = "PT1S", maxWait = "PT0S")
    String plain() {
      return "plain";
    }

    @Throttle(value = "failing", limit = 10, period = "PT1S")
    void failing(Throwable e) throws IOException {
      throw Plans.<RuntimeException>rethrow(e);
    }
  }
}
