package dev.throttle.remote.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LeaseStore;
import dev.throttle.remote.lease.SharedLimit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the ledger has all that it has lent, after the server was away. */
class PostgresRestartTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final SharedLimit TEN = new SharedLimit(10, Duration.ofSeconds(60));

  private long number;

  private LeaseAnswer ask(RealPostgres postgres, int held, int wanted) {
    LeaseRequest.Account account =
        new LeaseRequest.Account(
            "api",
            TEN,
            0,
            Duration.ofSeconds(5),
            held,
            new LeaseRequest.Use(held, 0, wanted, 1),
            Duration.ZERO);
    LeaseRequest request =
        new LeaseRequest("one", ++number, "known", List.of(account), false, false);
    try (LeaseStore store =
        PostgresLeaseStore.with(postgres.source()).timeout(PATIENCE).freshIfMissing().build()) {
      return store.renew(request).toCompletableFuture().join();
    }
  }

  @Test
  void it_learns_where_its_data_may_be_older_than_what_was_lent(@TempDir Path folder) {
    try (RealPostgres postgres = RealPostgres.in(folder)) {
      String first = ask(postgres, 0, 3).epoch();
      assertThat(ask(postgres, 3, 4).epoch()).isEqualTo(first);
      postgres.stop();
      postgres.start();
      String second = learns("without fsync", postgres, first);

      postgres.stop();
      postgres.setFsync(true);
      postgres.start();
      String third = learns("data of without fsync", postgres, second);

      postgres.stop();
      postgres.start();
      assertThat(ask(postgres, 2, 5).epoch()).as("all is on disk").isEqualTo(third);

      postgres.stop();
      postgres.start(data -> becomeReplica(data.toPath()));
      postgres.query("SELECT pg_promote()");
      learns("a replica that took over", postgres, third);
    }
  }

  private String learns(String why, RealPostgres postgres, String before) {
    LeaseAnswer answer = ask(postgres, 2, 5);
    assertThat(answer.epoch()).as(why).isNotEqualTo(before);
    assertThat(answer.leases().get(0).slots()).as("not more than it holds").isEqualTo(2);
    return answer.epoch();
  }

  private static void becomeReplica(Path data) {
    try {
      Files.createFile(data.resolve("standby.signal"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
