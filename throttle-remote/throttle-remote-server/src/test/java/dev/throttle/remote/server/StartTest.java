package dev.throttle.remote.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.remote.server.Client.Role;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties.ForwardHeadersStrategy;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

/** What the server does, and refuses, before it listens. */
class StartTest {

  private static Settings settings(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("throttle.server", Settings.class);
  }

  private final ServerProperties web = new ServerProperties();
  private final ManagementServerProperties management = new ManagementServerProperties();
  private final TomcatServerProperties tomcat = new TomcatServerProperties();
  private final Listening listening = new Listening(web, management, tomcat);

  private Listening listening(String address, boolean tls) throws IOException {
    web.setAddress(InetAddress.getByName(address));
    web.setSsl(tls ? new Ssl() : null);
    return listening;
  }

  private static Settings oneClient(boolean allowPlainHttp) {
    return settings(
        Map.of(
            "throttle.server.clients[0].id",
            "orders",
            "throttle.server.clients[0].secrets[0]",
            RunningServer.cheapHash("a secret of orders"),
            "throttle.server.allow-plain-http",
            String.valueOf(allowPlainHttp)));
  }

  private static String printed(String typed, String... arguments) throws IOException {
    PrintStream out = System.out;
    InputStream in = System.in;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
      ServerApplication.main(arguments);
    } finally {
      System.setOut(out);
      System.setIn(in);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void a_secret_is_hashed_and_the_hash_is_taken() throws IOException {
    String hash = printed("a secret of orders\n", "--hash-secret").strip();
    assertThat(hash).startsWith("{argon2id}$argon2id$v=19$m=19456,t=2,p=1$");
    Clients clients =
        new Clients(
            List.of(new Settings.OfClient("orders", "shop", Set.of(Role.INSTANCE), List.of(hash))));
    assertThat(clients.find("orders", "a secret of orders")).hasToString("orders");
    assertThat(clients.find("orders", "another secret")).isNull();
    assertThatThrownBy(() -> printed("short\n", "--hash-secret"))
        .hasMessageContaining("at least 16 characters. Fix: ");
    assertThat(printed("", "--new-secret"))
        .containsPattern("secret: [\\w-]{43}\\R")
        .contains("hash:   {argon2id}");
  }

  @Test
  void while_a_secret_is_replaced_both_count_and_none_of_another_client() {
    List<String> two =
        List.of(RunningServer.cheapHash("the old secret"), RunningServer.cheapHash("the new one"));
    List<String> one = List.of(RunningServer.cheapHash("of stock alone"));
    Clients clients =
        new Clients(
            List.of(
                new Settings.OfClient("orders", "shop", Set.of(Role.INSTANCE), two),
                new Settings.OfClient("stock", "shop", Set.of(Role.INSTANCE), one)));
    assertThat(clients.find("orders", "the old secret")).hasToString("orders");
    assertThat(clients.find("orders", "the new one")).hasToString("orders");
    assertThat(clients.find("stock", "of stock alone")).hasToString("stock");
    assertThat(clients.find("stock", "the new one")).as("hashed for its time only").isNull();
    assertThat(clients.find("nobody", "the old secret")).isNull();
  }

  @Test
  void secrets_are_not_let_be_sent_for_all_to_read() throws IOException {
    ServerApplication server = new ServerApplication();
    assertThatThrownBy(() -> server.clients(oneClient(false), listening("0.0.0.0", false)))
        .hasMessageContaining("Fix: set server.ssl.bundle");
    web.setAddress(null);
    assertThatThrownBy(() -> server.clients(oneClient(false), listening))
        .hasMessageContaining("without TLS");
    server.clients(oneClient(false), listening("0.0.0.0", true));
    server.clients(oneClient(true), listening("0.0.0.0", false));
    server.clients(oneClient(false), listening("127.0.0.1", false));
  }

  @Test
  void secrets_are_not_let_be_sent_for_all_to_read_to_a_port_of_management() throws IOException {
    web.setPort(8080);
    listening("127.0.0.1", false);
    for (int elsewhere : new int[] {0, 9090}) {
      management.setPort(elsewhere);
      management.setAddress(null);
      assertThatThrownBy(() -> listening.check(false))
          .hasMessageContaining("Fix: set management.server.ssl.bundle")
          .hasMessageContaining("or management.server.address=127.0.0.1");
      management.setAddress(new InetSocketAddress(0).getAddress());
      assertThatThrownBy(() -> listening.check(false)).hasMessageContaining("without TLS");
      listening.check(true);
      management.setAddress(InetAddress.getLoopbackAddress());
      listening.check(false);
    }
    management.setAddress(null);
    management.setSsl(new Ssl());
    listening.check(false);
    management.setSsl(null);
    for (int none : new int[] {-1, 8080}) {
      management.setPort(none);
      listening.check(false);
    }
  }

  @Test
  void only_the_proxy_is_believed_about_who_asks() throws IOException {
    listening("127.0.0.1", false);
    web.setForwardHeadersStrategy(ForwardHeadersStrategy.NATIVE);
    assertThatThrownBy(() -> listening.check(false))
        .hasMessageContaining("Fix: set server.tomcat.remoteip.internal-proxies");
    tomcat.getRemoteip().setInternalProxies("10.1.2.3/32");
    listening.check(false);
    web.setForwardHeadersStrategy(ForwardHeadersStrategy.FRAMEWORK);
    assertThatThrownBy(() -> listening.check(false))
        .hasMessageContaining("Fix: use native, and set server.tomcat.remoteip.internal-proxies");
    tomcat.getRemoteip().setRemoteIpHeader("X-Real-IP");
    web.setForwardHeadersStrategy(ForwardHeadersStrategy.NONE);
    listening.check(false);
    tomcat
        .getRemoteip()
        .setInternalProxies(new TomcatServerProperties().getRemoteip().getInternalProxies());
    assertThatThrownBy(() -> listening.check(false)).hasMessageContaining("internal-proxies");
  }

  @Test
  void why_it_does_not_start_is_told_in_place_of_a_stack_trace() {
    assertThatThrownBy(() -> RunningServer.start("server.forward-headers-strategy=native"))
        .satisfies(
            failure -> {
              FailureAnalysis told = new Misconfigured.Analyzer().analyze(failure);
              assertThat(told).isNotNull();
              assertThat(told.getDescription()).endsWith("as if each were your proxy.");
              assertThat(told.getAction()).endsWith("such as 10.1.2.3/32 (docs/server.md).");
            });
    assertThat(
            SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, FailureHandler.handleMessage((message, e) -> {})))
        .hasAtLeastOneElementOfType(Misconfigured.Analyzer.class);
  }

  @Test
  void without_clients_there_is_one_for_this_machine_only() throws IOException {
    ServerApplication server = new ServerApplication();
    assertThatThrownBy(() -> server.clients(settings(Map.of()), listening("0.0.0.0", true)))
        .hasMessageContaining("no clients are configured. Fix: ");
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      Clients clients = server.clients(settings(Map.of()), listening("127.0.0.1", false));
      String secret =
          printed.toString(StandardCharsets.UTF_8).replaceAll("(?s).*secret: (\\S+).*", "$1");
      Client first = clients.find("first", secret);
      assertThat(first).isNotNull();
      assertThat(first.roles()).containsExactlyInAnyOrder(Role.values());
    } finally {
      System.setOut(out);
    }
  }

  @Test
  void what_is_wrong_with_a_client_is_told_with_the_fix_and_without_its_secret() {
    String hash = RunningServer.cheapHash("a secret");
    assertThatThrownBy(() -> client("a b", "shop", hash))
        .hasMessageContaining("id 'a b'")
        .hasMessageContaining("Fix: choose others.");
    assertThatThrownBy(() -> client("orders", "sh{op}", hash))
        .hasMessageContaining("namespace 'sh{op}'");
    assertThatThrownBy(() -> client("orders", "shop", "s3cret-in-the-clear"))
        .hasMessageContaining("is no hash of ours")
        .hasMessageNotContaining("s3cret-in-the-clear");
    assertThatThrownBy(
            () -> new Settings.OfClient("orders", "shop", Set.of(Role.INSTANCE), List.of()))
        .hasMessageContaining("has no secret. Fix: ");
    assertThatThrownBy(
            () ->
                settings(
                    Map.of(
                        "throttle.server.clients[0].id",
                        "x",
                        "throttle.server.clients[0].secrets[0]",
                        hash,
                        "throttle.server.clients[1].id",
                        "x",
                        "throttle.server.clients[1].secrets[0]",
                        hash)))
        .hasRootCauseMessage(
            "throttle.server.clients: the client 'x' comes twice. Fix: give each an id of its own.");
  }

  @Test
  void hashes_are_of_one_kind_and_none_is_of_numbers_that_nobody_can_compute() {
    String hash = RunningServer.cheapHash("a secret");
    assertThatThrownBy(
            () ->
                settings(
                    Map.of(
                        "throttle.server.clients[0].id",
                        "older",
                        "throttle.server.clients[0].secrets[0]",
                        hash,
                        "throttle.server.clients[1].id",
                        "newer",
                        "throttle.server.clients[1].secrets[0]",
                        hash.replace("m=64,t=1", "m=4096,t=3"))))
        .hasRootCauseMessage(
            "throttle.server.clients: all secrets must be hashed by the same numbers, or the time"
                + " that a login takes would tell which ids exist; but there are m=64,t=1,p=1 and"
                + " m=4096,t=3,p=1. Fix: have all hashed anew, by --hash-secret.");
    for (String numbers :
        List.of(
            "m=0,t=0,p=0",
            "m=7,t=1,p=1",
            "m=64,t=0,p=1",
            "m=64,t=1,p=9",
            "m=64,t=1,p=0",
            "m=262145,t=1,p=1",
            "m=99999999999,t=2,p=1",
            "m=64,t=4294967297,p=1")) {
      assertThatThrownBy(() -> client("orders", "shop", hash.replace("m=64,t=1,p=1", numbers)))
          .hasMessageContaining("is hashed by " + numbers + ", but m must be 8 times p to 262144")
          .hasMessageContaining("Fix: give what --hash-secret prints");
    }
    for (String rubbish : List.of(hash + "A".repeat(2), hash.replaceAll("[$][^$]+$", "\\$AAAA"))) {
      assertThatThrownBy(() -> client("orders", "shop", rubbish))
          .hasMessageContaining("is no hash of ours");
    }
  }

  @Test
  void memory_is_memory_however_it_is_written() {
    assertThat(settings(Map.of("throttle.server.store", "MEMORY")).isInMemory()).isTrue();
    assertThat(settings(Map.of()).isInMemory()).isTrue();
    assertThat(settings(Map.of("throttle.server.store", "redis://memory")).isInMemory()).isFalse();
    Clients one = new Clients(List.of(Clients.madeUp("a secret of orders")));
    assertThatThrownBy(
            () ->
                new ServerApplication()
                    .ledgers(
                        one,
                        settings(Map.of("throttle.server.store", "postgres")),
                        new StaticListableBeanFactory().getBeanProvider(LedgerOpener.class)))
        .hasMessage(
            "throttle.server.store is neither memory nor the URI of a Redis. Fix: set it to memory,"
                + " or to one such as redis://HOST:6379 or rediss://HOST:6379.");
  }

  private static void client(String id, String namespace, String hash) {
    new Settings.OfClient(id, namespace, Set.of(Role.INSTANCE), List.of(hash)).client();
  }
}
