package dev.throttle.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One client of the mixed simulation against one provider.
 *
 * @param limiter whose, and how its limits count
 * @param optimumPercent use relative to the optimum of a client that does not know how the provider
 *     counts, see {@link Usage}
 */
record MixedRow(
    String limiter,
    String provider,
    boolean promisesNo429,
    int sent,
    @JsonProperty("429") int rejected,
    double usePercent,
    double optimumPercent) {

  /** Those of the peers that stand for the ways in which they count. */
  private static final List<Contender> PEERS =
      List.of(Contender.BUCKET4J_GREEDY, Contender.RESILIENCE4J, Contender.GUAVA);

  boolean breaksPromise() {
    return promisesNo429 && rejected > 0;
  }

  /**
   * Measures those of the contenders that can wait for several limits.
   *
   * @throws IllegalStateException if a limiter failed
   */
  static List<MixedRow> measure(List<Contender> contenders, SimulationSettings settings)
      throws InterruptedException {
    List<MixedRow> rows = new ArrayList<>();
    if (contenders.contains(Contender.THROTTLE)) {
      rows.addAll(againstAll("throttle sliding window", Contender.THROTTLE, false, settings));
      rows.addAll(againstAll("throttle as provider", Contender.THROTTLE, true, settings));
    }
    for (Contender peer : PEERS) {
      if (contenders.contains(peer)) {
        rows.addAll(againstAll(peer.label(), peer, false, settings));
      }
    }
    return rows;
  }

  /** All providers at once, each with a client of its own. */
  private static List<MixedRow> againstAll(
      String label, Contender contender, boolean sameKind, SimulationSettings settings)
      throws InterruptedException {
    System.err.println(label + ", mixed: " + settings.duration());
    ExecutorService simulations = Executors.newCachedThreadPool();
    try {
      List<Future<MixedRow>> running = new ArrayList<>();
      for (MixedKind kind : MixedKind.values()) {
        MixedKind counting = sameKind ? kind : MixedKind.SLIDING_WINDOW;
        MixedClient client =
            contender == Contender.THROTTLE
                ? MixedClient.throttle(settings.limit(), limit -> counting.client(limit, settings))
                : MixedClient.peer(contender, settings.limit(), settings.period());
        running.add(
            simulations.submit(
                simulation(label, contender.promisesNo429(), client, kind, settings)));
      }
      List<MixedRow> rows = new ArrayList<>();
      for (Future<MixedRow> row : running) {
        rows.add(row.get());
      }
      return rows;
    } catch (ExecutionException e) {
      throw new IllegalStateException(label + ": " + e.getCause(), e.getCause());
    } finally {
      simulations.shutdownNow();
    }
  }

  private static Callable<MixedRow> simulation(
      String label,
      boolean promisesNo429,
      MixedClient client,
      MixedKind kind,
      SimulationSettings settings) {
    MixedSimulation simulation =
        new MixedSimulation(
            client,
            MixedLimits.counters(limit -> kind.provider(limit, settings), settings.limit()),
            settings);
    return () -> {
      Usage usage = Usage.of(simulation.run(), settings.limit(), settings.period());
      return new MixedRow(
          label,
          kind.label(),
          promisesNo429,
          usage.sent(),
          usage.rejected(),
          100 * usage.use(),
          100 * usage.use() / usage.optimum());
    };
  }

  static Table table(List<MixedRow> rows) {
    Table table = new Table("limiter", "provider", "sent", "429", "use %", "optimum %");
    for (MixedRow row : rows) {
      table.row(
          row.limiter,
          row.provider,
          Integer.toString(row.sent),
          Integer.toString(row.rejected),
          percent(row.usePercent),
          percent(row.optimumPercent));
    }
    return table;
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
