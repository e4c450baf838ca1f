package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of sharing; here no module is there that does it. */
class SharedByTest {

  private static final Limit TEN = Limit.of(10, Duration.ofMinutes(1));

  private static Configuration configuration(String... lines) {
    Map<String, String> properties = new HashMap<>();
    for (String line : lines) {
      int end = line.indexOf('=');
      properties.put("throttle." + line.substring(0, end), line.substring(end + 1));
    }
    return Configuration.of(properties, "file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "redis://127.0.0.1:6379 | redis://127.0.0.1:6379",
        "redis://user:secret@host:1/2 | redis://host:1/2",
        "redis://:sec@r/e?t#@host | redis://host",
        "https://host/path?token=secret | https://host/path",
        "redis-sentinel://:pw@a:1,b:2#main | redis-sentinel://a:1,b:2#main"
      })
  void no_secret_is_shown(String address, String shown) {
    assertThat(SharedBy.at(address)).hasToString(shown);
    assertThat(SharedBy.at(address, "me", "very secret")).hasToString(shown + " as 'me'");
    assertThat(SharedBy.at(address).address()).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "host", "secret@host", "://secret"})
  void what_has_no_scheme_is_refused_and_not_shown(String address) {
    assertThatThrownBy(() -> SharedBy.at(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("as in redis://HOST:PORT")
        .hasMessageNotContaining("secret");
  }

  @Test
  void without_a_module_the_message_says_which_to_add() {
    Bucket bucket = Buckets.create().define("api", TEN);
    assertThatThrownBy(() -> bucket.shared("redis://:secret@host:6379"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "limits are to be shared by redis://host:6379, but no module that does so is on the"
                + " class path. Add dev.throttle:throttle-remote-redis for redis://, or"
                + " dev.throttle:throttle-remote-http for https://.");
    assertThat(bucket.sharedBy()).isNull();
  }

  @Test
  void a_configured_address_without_a_module_is_refused_at_once() {
    Buckets.Builder builder =
        Buckets.builder().configuration(configuration("buckets.api.shared=redis://host"));
    assertThatThrownBy(builder::build).hasMessageContaining("throttle-remote-redis");
    assertThatThrownBy(() -> Buckets.builder().shared("https://host", "me", "secret").build())
        .hasMessageContaining("https://host as 'me'")
        .hasMessageNotContaining("secret");
  }

  @Test
  void the_configuration_says_who_is_shared_and_how() {
    Configuration said =
        configuration(
            "shared=https://host/ledger",
            "shared.client-id=me",
            "shared.clientSecret=secret",
            "shared.namespace=orders",
            "shared.policy=share",
            "shared.max-call=PT20S",
            "shared.refresh=PT2S",
            "shared.lease=PT30S",
            "buckets.local.shared=none",
            "buckets.same.shared=https://host/other",
            "buckets.elsewhere.shared=redis://other");
    SharedBy all =
        SharedBy.at("https://host/ledger", "me", "secret")
            .withNamespace("orders")
            .whenUnreachable(Unreachable.SHARE)
            .withMaxCall(Duration.ofSeconds(20))
            .withRefresh(Duration.ofSeconds(2))
            .withLease(Duration.ofSeconds(30));
    assertThat(said.sharedBy("any")).isEqualTo(all);
    assertThat(said.decidesSharing("local")).isTrue();
    assertThat(said.sharedBy("local")).isNull();
    assertThat(said.sharedBy("same")).hasToString("https://host/other as 'me'");
    assertThat(said.sharedBy("elsewhere")).hasToString("redis://other");
    assertThat(said.allSharedBy()).hasSize(3);
  }

  @Test
  void credentials_are_for_the_buckets_where_there_is_no_default() {
    Configuration said =
        configuration(
            "buckets.api.shared=https://host", "shared.clientId=me", "shared.clientSecret=secret");
    assertThat(said.sharedBy("api")).isEqualTo(SharedBy.at("https://host", "me", "secret"));
    assertThat(said.decidesSharing("other")).isFalse();
  }

  @Test
  void a_default_is_taken_back() {
    assertThat(configuration("shared=none").sharedBy("api")).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shared=secret | an address of a store has a scheme",
        "buckets.api.shared=secret@x | an address of a store has a scheme",
        "shared.policy=never | throttle.shared.policy=never (file): must be wait, share or open",
        "shared.maxCall=never | must be an ISO-8601 duration of more than PT0S, such as PT30S",
        "shared.refresh=PT0S | must be an ISO-8601 duration of more than PT0S, such as PT30S",
        "shared.namespace= | must not be blank",
        "shared.clientSecert=secret | unknown key; there are throttle.shared,",
        "clientSecret=secret | unknown key; there are throttle.enabled,",
        "buckets.api.shraed=redis://:secret@host | Did you mean 'shared'?",
      })
  void what_is_wrong_is_refused(String line, String message) {
    assertThatThrownBy(() -> configuration(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shared.clientSecert=secret",
        "clientSecret=secret",
        "shared.clientSecret.more=secret",
        "buckets.api.shraed=redis://:secret@host",
        "buckets.api.shared=secret:@host x"
      })
  void no_message_shows_a_secret(String line) {
    try {
      assertThat(configuration(line).settings("api").toString()).doesNotContain("redis://:secret");
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageNotContaining("secret@").hasMessageNotContaining("=secret");
    }
  }

  @Test
  void only_one_of_id_and_secret_is_refused() {
    Configuration half = configuration("shared=https://host", "shared.clientSecret=secret");
    assertThatThrownBy(() -> Buckets.builder().configuration(half).build())
        .hasMessage(
            "client id and client secret go together, but only the secret was given. Give both or"
                + " none.");
  }

  @Test
  void settings_and_declarations_show_no_password() {
    Configuration said = configuration("buckets.api.shared=redis://:secret@host");
    assertThat(said.settings("api"))
        .hasToString("{shared=throttle.buckets.api.shared=redis://host (file)}");
    assertThat(Declared.of("api", List.of(TEN), 1, 1, said).toString())
        .contains("shared=redis://host");
  }

  @Test
  void an_address_with_a_mistake_does_not_tell_its_password() {
    assertThat(SharedBy.at("redis:/user:hunter2@localhost:6379").toString())
        .doesNotContain("hunter2");
    assertThat(SharedBy.at("redis::hunter2@localhost:6379").toString()).doesNotContain("hunter2");
  }

  @Test
  void what_differs_is_named_and_no_secret_is() {
    SharedBy one = SharedBy.at("https://u:pw1@host?k=1", "me", "secret1");
    SharedBy other =
        SharedBy.at("https://u:pw2@host?k=1", "me", "secret2")
            .withNamespace("orders")
            .whenUnreachable(Unreachable.OPEN)
            .withMaxCall(Duration.ofSeconds(5))
            .withRefresh(Duration.ofSeconds(2))
            .withLease(Duration.ofSeconds(20));
    assertThat(one.differencesTo(other))
        .isEqualTo(
            "address (in what is not shown here), client secret, namespace (not said, then orders),"
                + " policy (not said, then OPEN), maxCall (not said, then PT5S), refresh (not said,"
                + " then PT2S), lease (not said, then PT20S)");
    assertThat(other.differencesTo(one)).contains("maxCall (PT5S, then not said)");
    assertThat(one.differencesTo(SharedBy.at("redis://:pw@host")))
        .isEqualTo(
            "address (https://host, then redis://host), client id (me, then not said), client secret");
  }
}
