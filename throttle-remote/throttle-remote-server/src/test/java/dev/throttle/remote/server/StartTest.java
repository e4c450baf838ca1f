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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;

/** What the server does, and refuses, before it listens. */
class StartTest {

  private static Settings settings(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("throttle.server", Settings.class);
  }

  private static ServerProperties listening(String address, boolean tls) throws IOException {
    ServerProperties server = new ServerProperties();
    server.setAddress(InetAddress.getByName(address));
    if (tls) {
      server.setSsl(new Ssl());
    }
    return server;
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
    assertThatThrownBy(() -> server.clients(oneClient(false), new ServerProperties()))
        .hasMessageContaining("without TLS");
    server.clients(oneClient(false), listening("0.0.0.0", true));
    server.clients(oneClient(true), listening("0.0.0.0", false));
    server.clients(oneClient(false), listening("127.0.0.1", false));
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

  private static void client(String id, String namespace, String hash) {
    new Settings.OfClient(id, namespace, Set.of(Role.INSTANCE), List.of(hash)).client();
  }
}
