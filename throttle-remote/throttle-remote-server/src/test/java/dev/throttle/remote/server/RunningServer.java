package dev.throttle.remote.server;

import dev.throttle.core.TimeSource;
import dev.throttle.remote.http.HttpLeaseStore;
import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LedgerSnapshot;
import dev.throttle.remote.lease.ManagedLeaseStore;
import dev.throttle.remote.lease.MemoryLeaseStore;
import dev.throttle.remote.lease.SharedLimit;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * The server, on a port of loopback. Clients lease and operate, each in a namespace of its own
 * name, but in {@code shop}: there {@code orders} and {@code stock} lease, {@code ops} operates,
 * and {@code metrics} reads metrics.
 */
final class RunningServer implements AutoCloseable {

  /** The secret of a client is this and its id. */
  static final String SECRET = "secret-of-";

  private static @Nullable RunningServer shared;
  private static @Nullable RunningServer small;

  private final ConfigurableApplicationContext context;
  private final Map<String, ManagedLeaseStore> ledgers;

  private RunningServer(
      ConfigurableApplicationContext context, Map<String, ManagedLeaseStore> ledgers) {
    this.context = context;
    this.ledgers = ledgers;
  }

  /**
   * Returns the one that most tests share, which ends with the JVM; none is refused for its rate.
   * It speaks HTTP/2 too, and is behind a proxy, which is all of this machine.
   */
  static synchronized RunningServer shared() {
    if (shared == null) {
      shared =
          start(
              "throttle.buckets.server/all.limit=1000000",
              "throttle.buckets.server/client.limit=1000000",
              "throttle.buckets.server/logins.limit=1000",
              "throttle.server.max-accounts=5",
              "throttle.server.max-limits=6",
              "throttle.server.max-instances=8",
              "throttle.server.max-holdings=14",
              "throttle.server.max-body=8KB",
              "throttle.server.body-timeout=2s",
              "server.tomcat.connection-timeout=2s",
              "server.http2.enabled=true",
              "server.forward-headers-strategy=native",
              "server.tomcat.remoteip.internal-proxies=127.0.0.0/8");
    }
    return shared;
  }

  /**
   * Returns one as it is by default, but with few threads; it ends with the JVM too. Methods with
   * {@link Limited} go by the buckets of whichever of the two was started last, so none is refused
   * for its rate here either.
   */
  static synchronized RunningServer small() {
    if (small == null) {
      small =
          start(
              "server.tomcat.threads.max=10",
              "throttle.buckets.server/all.limit=1000000",
              "throttle.buckets.server/client.limit=1000000");
    }
    return small;
  }

  /** Starts one, with further properties as {@code name=value}. */
  static RunningServer start(String... properties) {
    return start(true, properties);
  }

  /** Starts one whose ledgers are its own, and cannot be replaced. */
  static RunningServer startAsItIs(String... properties) {
    return start(false, properties);
  }

  private static RunningServer start(boolean replaceable, String... properties) {
    Map<String, ManagedLeaseStore> ledgers = new ConcurrentHashMap<>();
    List<String> arguments = new ArrayList<>();
    for (String property : withClients(properties)) {
      arguments.add("--" + property);
    }
    ApplicationContextInitializer<GenericApplicationContext> ofTest =
        starting -> {
          if (replaceable) {
            starting.registerBean(LedgerOpener.class, () -> name -> new Replaceable(ledgers, name));
          }
        };
    SpringApplicationBuilder builder =
        new SpringApplicationBuilder(ServerApplication.class)
            .web(WebApplicationType.SERVLET)
            .initializers(ofTest);
    return new RunningServer(builder.run(arguments.toArray(String[]::new)), ledgers);
  }

  static List<String> withClients(String... properties) {
    List<String> all = new ArrayList<>(List.of("server.port=0", "spring.main.banner-mode=off"));
    addClient(all, 0, "orders", "shop", "instance");
    addClient(all, 1, "stock", "shop", "instance");
    addClient(all, 2, "ops", "shop", "operator");
    addClient(all, 3, "metrics", "shop", "monitor");
    for (String own :
        List.of(
            "kit",
            "api",
            "stranger",
            "greedy",
            "fuzz",
            "full",
            "leavers",
            "direct",
            "holder",
            "hanging",
            "nameless",
            "page",
            "phone",
            "screen")) {
      addClient(all, (all.size() - 2) / 4, own, own, "instance,operator");
    }
    all.addAll(List.of(properties));
    return all;
  }

  private static void addClient(
      List<String> all, int index, String id, String namespace, String roles) {
    String of = "throttle.server.clients[" + index + "].";
    all.add(of + "id=" + id);
    all.add(of + "namespace=" + namespace);
    all.add(of + "roles=" + roles);
    all.add(of + "secrets[0]=" + cheapHash(SECRET + id));
  }

  /** Returns a hash that costs next to nothing. */
  static String cheapHash(String secret) {
    return String.valueOf(Secrets.encoder(64, 1).encode(secret));
  }

  /** Has another ledger in the place of that of a namespace. */
  void replace(String namespace, ManagedLeaseStore ledger) {
    ledgers.put(namespace, ledger);
  }

  int port() {
    return ((WebServerApplicationContext) context).getWebServer().getPort();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port());
  }

  HttpLeaseStore.Builder store(String client) {
    return HttpLeaseStore.at(uri()).client(client, SECRET + client).timeout(Duration.ofSeconds(30));
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  <T> T bean(String name, Class<T> type) {
    return context.getBean(name, type);
  }

  @Override
  public void close() {
    context.close();
  }

  /** The ledger that a namespace has now; at first a fresh one in memory. */
  private record Replaceable(Map<String, ManagedLeaseStore> ledgers, String namespace)
      implements ManagedLeaseStore {

    private ManagedLeaseStore now() {
      return ledgers.computeIfAbsent(
          namespace, name -> MemoryLeaseStore.fresh(TimeSource.system(), Duration.ofSeconds(10)));
    }

    @Override
    public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
      return now().renew(request);
    }

    @Override
    public CompletionStage<Void> change(String name, SharedLimit limit) {
      return now().change(name, limit);
    }

    @Override
    public CompletionStage<Void> pause(String name, Duration pause) {
      return now().pause(name, pause);
    }

    @Override
    public CompletionStage<LedgerSnapshot> snapshot() {
      return now().snapshot();
    }
  }
}
