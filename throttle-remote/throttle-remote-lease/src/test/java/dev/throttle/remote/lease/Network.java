package dev.throttle.remote.lease;

import dev.throttle.core.TimeSource;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What lies between one instance and the ledger, on virtual time: it delays, loses, doubles and
 * overtakes messages, and is down at times.
 */
final class Network implements LeaseStore {

  private final LeaseStore ledger;
  private final TimeSource time;
  private final Random dice;
  private final Faults faults;
  private boolean down;

  /**
   * @param slowestNanos the longest that a message takes
   * @param lost how many of 100 messages are lost
   * @param doubled how many of 100 requests arrive twice
   */
  record Faults(long slowestNanos, int lost, int doubled) {}

  Network(LeaseStore ledger, TimeSource time, Random dice, Faults faults) {
    this.ledger = ledger;
    this.time = time;
    this.dice = dice;
    this.faults = faults;
  }

  void setDown(boolean down) {
    this.down = down;
  }

  @Override
  public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
    CompletableFuture<LeaseAnswer> result = new CompletableFuture<>();
    if (down) {
      result.completeExceptionally(new IOException("unreachable"));
      return result;
    }
    int copies = dice.nextInt(100) < faults.doubled ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      pass(() -> hear(request, result));
    }
    return result;
  }

  private void hear(LeaseRequest request, CompletableFuture<LeaseAnswer> result) {
    ledger
        .renew(request)
        .whenComplete(
            (answer, failure) ->
                pass(
                    () -> {
                      if (answer == null) {
                        result.completeExceptionally(failure);
                      } else {
                        result.complete(answer);
                      }
                    }));
  }

  private void pass(Runnable message) {
    if (!down && dice.nextInt(100) >= faults.lost) {
      time.schedule(dice.nextLong(faults.slowestNanos + 1), message);
    }
  }
}
