package dev.throttle.remote.server;

import dev.throttle.core.Buckets;
import dev.throttle.core.TimeSource;
import dev.throttle.remote.lease.ManagedLeaseStore;
import dev.throttle.remote.lease.MemoryLeaseStore;
import dev.throttle.remote.redis.RedisLeaseStore;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.catalina.Host;
import org.apache.catalina.Valve;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.type.LogicalType;

/** The server. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableConfigurationProperties({Settings.class, ManagementServerProperties.class})
@EnableScheduling
public class ServerApplication {

  /**
   * Starts it; or with {@code --hash-secret} reads a secret and prints its hash, or with {@code
   * --new-secret} prints a new one and its hash.
   */
  public static void main(String[] args) throws IOException {
    if (List.of(args).contains("--new-secret")) {
      String secret = Secrets.random();
      System.out.println("secret: " + secret);
      System.out.println("hash:   " + Secrets.hash(secret));
    } else if (List.of(args).contains("--hash-secret")) {
      System.out.println(Secrets.hash(readSecret()));
    } else {
      SpringApplication.run(ServerApplication.class, args);
    }
  }

  /** Reads a line, which is not shown where somebody types it. */
  @SuppressWarnings("SystemConsoleNull") // where it is not null for a pipe, it reads that
  private static String readSecret() throws IOException {
    Console console = System.console();
    if (console != null) {
      System.err.print("Secret: ");
      char[] typed = console.readPassword();
      return typed == null ? "" : new String(typed);
    }
    String line =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    return line == null ? "" : line;
  }

  @Bean
  Listening listening(
      ServerProperties server,
      ManagementServerProperties management,
      TomcatServerProperties tomcat) {
    return new Listening(server, management, tomcat);
  }

  @Bean
  Clients clients(Settings settings, Listening listening) {
    listening.check(settings.allowPlainHttp());
    if (!settings.clients().isEmpty()) {
      return new Clients(settings.clients());
    }
    if (!listening.isLocal()) {
      throw new Misconfigured(
          "nobody may ask, since no clients are configured",
          "set throttle.server.clients (docs/server.md)");
    }
    String secret = Secrets.random();
    Clients clients = new Clients(List.of(Clients.madeUp(secret)));
    tell(System.out, secret);
    return clients;
  }

  /** No log: what is logged is kept. */
  private static void tell(PrintStream out, String secret) {
    out.println();
    out.println("No clients are configured. For this run, and from this machine, there is one:");
    out.println("  id:     first");
    out.println("  secret: " + secret);
    out.println();
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> container(
      ObjectProvider<Problems> problems, Listening listening) {
    return tomcat -> {
      List<Valve> valves = new ArrayList<>(tomcat.getEngineValves());
      if (listening.isBehindProxy()) {
        valves.add(0, new Forwarded(listening.header()));
      }
      valves.add(new Unread());
      tomcat.setEngineValves(valves);
      tomcat.addContextCustomizers(
          context -> replaceErrorPage((Host) context.getParent(), problems::getObject));
    };
  }

  private static void replaceErrorPage(Host host, Supplier<Problems> problems) {
    for (Valve valve : host.getPipeline().getValves()) {
      if (valve instanceof ErrorReportValve) {
        host.getPipeline().removeValve(valve);
      }
    }
    host.getPipeline().addValve(new Refused(problems));
    ((StandardHost) host).setErrorReportValveClass(Refused.class.getName()); // or it adds another
  }

  @Bean
  Audit audit() {
    return new Audit();
  }

  @Bean
  Login login(
      Clients clients,
      Audit audit,
      @Value("${server.tomcat.threads.max:200}") int threads,
      Buckets buckets) {
    return new Login(clients, audit, Math.max(1, threads / 2), Duration.ofMillis(500), buckets);
  }

  @Bean
  Ledgers ledgers(Clients clients, Settings settings, ObjectProvider<LedgerOpener> openers) {
    return new Ledgers(clients.namespaces(), openers.getIfAvailable(() -> opener(settings)));
  }

  private static LedgerOpener opener(Settings settings) {
    return settings.isInMemory()
        ? namespace -> inMemory(settings)
        : namespace -> inRedis(settings, namespace);
  }

  private static ManagedLeaseStore inMemory(Settings settings) {
    return settings.freshIfMissing()
        ? MemoryLeaseStore.fresh(TimeSource.system(), settings.leaseLength())
        : MemoryLeaseStore.afterLoss(TimeSource.system(), settings.leaseLength());
  }

  private static ManagedLeaseStore inRedis(Settings settings, String namespace) {
    RedisLeaseStore.Builder store =
        at(settings.store())
            .namespace(namespace)
            .length(settings.leaseLength())
            .timeout(settings.storeTimeout());
    return (settings.freshIfMissing() ? store.freshIfMissing() : store).build();
  }

  private static RedisLeaseStore.Builder at(String uri) {
    try {
      return RedisLeaseStore.at(uri);
    } catch (IllegalArgumentException e) {
      throw new Misconfigured(
          "throttle.server.store is neither memory nor the URI of a Redis",
          "set it to memory, or to one such as redis://HOST:6379 or rediss://HOST:6379");
    }
  }

  @Bean
  LedgerHealth ledgerHealthIndicator(Ledgers ledgers, Settings settings) {
    return new LedgerHealth(ledgers, settings.storeTimeout().toNanos());
  }

  /** What is not exactly as described is refused, rather than guessed. */
  @Bean
  JsonMapperBuilderCustomizer strict() {
    return json ->
        json.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(
                DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                LogicalType.Textual,
                text ->
                    text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail));
  }
}
