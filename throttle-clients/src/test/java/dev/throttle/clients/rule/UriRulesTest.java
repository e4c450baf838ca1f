package dev.throttle.clients.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Priority;
import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Configuration;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import dev.throttle.test.VirtualTime;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What requests pass by rules, of code and of the configuration. */
class UriRulesTest {

  private static final Limit TEN = Limit.of(10, Duration.ofSeconds(1));

  private final Buckets buckets = buckets("");

  private static Buckets buckets(String... lines) {
    Map<String, String> properties =
        Stream.of(lines)
            .filter(line -> !line.isEmpty())
            .map(line -> line.split("=", 2))
            .collect(Collectors.toMap(line -> "throttle.buckets." + line[0], line -> line[1]));
    Buckets made =
        Buckets.builder()
            .timeSource(new VirtualTime())
            .configuration(Configuration.of(properties, "app.yaml"))
            .build();
    for (String name : List.of("foo", "users", "me", "posts")) {
      made.define(name, TEN);
    }
    return made;
  }

  private record Request(String method, URI uri, Map<String, String> headers)
      implements UriRequest {

    @Override
    public String header(String name) {
      return headers.get(name.toLowerCase(Locale.ROOT));
    }
  }

  private static Request get(String uri) {
    return new Request("GET", URI.create(uri), Map.of());
  }

  private static Request of(String shop) {
    return new Request("GET", URI.create("https://foo.com/shops/" + shop), Map.of("x-shop", shop));
  }

  private static String names(Throttle throttle) {
    return throttle == null
        ? null
        : throttle.buckets().stream().map(Bucket::name).collect(Collectors.joining(" "));
  }

  @ParameterizedTest(name = "{0} {1} passes {2}")
  @CsvSource({
    "GET, https://foo.com/, foo",
    "GET, https://foo.com/users, foo users",
    "POST, https://foo.com/users, foo posts",
    "GET, https://foo.com/users/me, foo users me",
    "POST, https://foo.com/users/me, foo posts",
    "GET, https://bar.com/users, ",
    "PUT, https://bar.com/me/too, me",
  })
  void all_rules_that_match_apply_the_first_outermost_and_each_bucket_once(
      String method, URI uri, String expected) {
    UriRules rules =
        UriRules.of(buckets)
            .when("foo.com/**")
            .pass("foo")
            .when("GET", "foo.com/users/**")
            .pass("users", "foo", "users")
            .when("POST foo.com/**")
            .pass("foo", "posts")
            .when("GET", "foo.com/users/me")
            .pass("users", "me")
            .when((m, u) -> u.getHost().startsWith("bar") && u.getPath().startsWith("/me"))
            .pass("me");
    assertThat(names(rules.due(new Request(method, uri, Map.of())))).isEqualTo(expected);
  }

  @Test
  void the_example_of_the_documentation() {
    buckets.define("api.foo.com", TEN);
    buckets.define("api.foo.com/users", TEN);
    UriRules rules =
        UriRules.of(buckets)
            .when("api.foo.com/**")
            .pass("api.foo.com")
            .when("GET", "api.foo.com/users/**")
            .pass("api.foo.com/users");
    assertThat(names(rules.due(get("https://api.foo.com/users/7"))))
        .isEqualTo("api.foo.com api.foo.com/users");
  }

  @Test
  void no_rules_say_nothing() {
    assertThat(UriRules.of(buckets).due(get("https://foo.com/"))).isNull();
    assertThat(UriRules.configured(buckets).due(get("https://foo.com/"))).isNull();
  }

  @Test
  void adding_a_rule_changes_nothing_that_was_there() {
    UriRules before = UriRules.of(buckets).when("foo.com/**").pass("foo");
    before.when("foo.com/**").pass("users");
    assertThat(names(before.due(get("https://foo.com/")))).isEqualTo("foo");
  }

  @Test
  void requests_that_the_same_rules_match_have_the_same_throttle() {
    UriRules rules =
        UriRules.of(buckets).when("foo.com/**").pass("foo").when("foo.com/users/**").pass("users");
    Throttle users = rules.due(get("https://foo.com/users/1"));
    assertThat(rules.due(get("https://foo.com/users/2"))).isSameAs(users);
    assertThat(rules.due(get("https://foo.com/"))).isNotSameAs(users);
  }

  @Test
  void many_rules_are_told_apart() {
    UriRules rules = UriRules.of(buckets);
    for (int i = 0; i < 200; i++) {
      buckets.define("b" + i, TEN);
      rules = rules.when("foo.com/" + i + "/**").pass("b" + i);
    }
    rules = rules.when("foo.com/**").pass("foo");
    assertThat(names(rules.due(get("https://foo.com/0")))).isEqualTo("b0 foo");
    assertThat(names(rules.due(get("https://foo.com/199")))).isEqualTo("b199 foo");
    assertThat(names(rules.due(get("https://foo.com/200")))).isEqualTo("foo");
  }

  @Test
  void what_was_paid_for_farther_out_is_left_out() {
    UriRules rules = UriRules.of(buckets).when("foo.com/**").pass("foo", "users");
    List<Set<String>> asked = new ArrayList<>();
    Request request = get("https://foo.com/");
    Throttle rest =
        rules.due(
            request,
            names -> {
              asked.add(names);
              return Set.of("foo", "another");
            });
    assertThat(names(rest)).isEqualTo("users");
    assertThat(rules.due(request, names -> Set.of("foo", "another"))).isSameAs(rest);
    assertThat(rules.due(request, names -> names)).isNull();
    assertThat(rules.due(get("https://bar.com/"), names -> Set.of("never asked"))).isNull();
    assertThat(asked).containsExactly(Set.of("foo", "users"));
  }

  // ---- what is said of calls

  @Test
  void of_several_rules_the_shortest_wait_the_greatest_cost_and_the_innermost_priority_count() {
    Throttle due =
        UriRules.of(buckets)
            .when("foo.com/**")
            .maxWait(Duration.ofSeconds(5))
            .cost(2)
            .priority(Priority.LOW)
            .pass("foo")
            .when("foo.com/**")
            .maxWait(Duration.ZERO)
            .cost(4)
            .priority(Priority.HIGH)
            .pass("foo")
            .when("foo.com/**")
            .maxWait(Duration.ofSeconds(9))
            .cost(3)
            .pass("foo", "users")
            .due(get("https://foo.com/"));
    assertThat(due.cost("foo")).isEqualTo(4);
    assertThat(due.cost("users")).isEqualTo(3);
    assertThat(due.priority()).isEqualTo(Priority.HIGH);
    due.acquire();
    due.acquire();
    assertThatThrownBy(due::acquire)
        .isInstanceOf(ThrottledException.class)
        .hasMessageContaining("bucket 'foo'")
        .hasMessageContaining("maxWait is 0");
  }

  @Test
  void the_configuration_of_a_bucket_goes_before_what_a_rule_says() {
    Buckets configured =
        buckets("foo.maxWait=PT0S", "foo.cost=5", "foo.priority=LOW", "users.maxWait=none");
    UriRules.Condition rule =
        UriRules.of(configured)
            .when("foo.com/**")
            .maxWait(Duration.ofHours(1))
            .cost(2)
            .priority(Priority.HIGH);
    Throttle foo = rule.pass("foo").due(get("https://foo.com/"));
    assertThat(foo.cost("foo")).isEqualTo(5);
    assertThat(foo.priority()).isEqualTo(Priority.LOW);
    foo.acquire();
    foo.acquire();
    assertThatThrownBy(foo::acquire).isInstanceOf(ThrottledException.class);
    Throttle users = rule.pass("users").due(get("https://foo.com/"));
    assertThat(users.cost("users")).isEqualTo(2);
  }

  // ---- keys

  @Test
  void a_key_has_its_own_bucket() {
    buckets.defineKeyed("shop", TEN);
    UriRules rules =
        UriRules.of(buckets)
            .when("foo.com/**")
            .pass("foo")
            .when("foo.com/shops/**")
            .keyedBy(request -> request.header("X-Shop"))
            .pass("shop");
    Throttle a = rules.due(of("a"));
    assertThat(names(a)).isEqualTo("foo shop");
    assertThat(a.buckets().get(1).key()).isEqualTo("a");
    assertThat(rules.due(of("a")).buckets()).isEqualTo(a.buckets());
    assertThat(rules.due(of("b")).buckets().get(1)).isNotEqualTo(a.buckets().get(1));
    assertThat(rules.due(of("b")).buckets().get(0)).isEqualTo(a.buckets().get(0));
  }

  @Test
  void several_rules_have_keys_of_their_own_and_the_first_counts_for_a_bucket_of_both() {
    buckets.defineKeyed("shop", TEN);
    buckets.defineKeyed("kind", TEN);
    UriRules rules =
        UriRules.of(buckets)
            .when("foo.com/**")
            .keyedBy(request -> request.segment(1))
            .cost(3)
            .maxWait(Duration.ZERO)
            .pass("shop")
            .when("foo.com/**")
            .keyedBy(request -> request.segment(0))
            .pass("kind", "shop");
    Throttle due = rules.due(get("https://foo.com/shops/a%2Fb"));
    assertThat(due.buckets().stream().map(Bucket::key)).containsExactly("a/b", "shops");
    assertThat(due.cost("shop")).isEqualTo(3);
    assertThat(due.cost("kind")).isEqualTo(1);
  }

  @Test
  void a_request_without_a_key_is_refused() {
    buckets.defineKeyed("shop", TEN);
    UriRules rules =
        UriRules.of(buckets).when("foo.com/**").keyedBy(r -> r.segment(1)).pass("shop");
    assertThatThrownBy(() -> rules.due(get("https://foo.com/shops")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "rule 'foo.com/**' found no key for its buckets [shop] in a request. Let keyedBy return"
                + " one for each request that the rule matches, such as a default.");
  }

  @Test
  void a_bucket_with_keys_needs_a_rule_with_a_key_and_no_other_does() {
    buckets.defineKeyed("shop", TEN);
    UriRules.Condition plain = UriRules.of(buckets).when("foo.com/**");
    assertThatThrownBy(() -> plain.pass("shop"))
        .hasMessageStartingWith("'shop' has a bucket for each key;");
    UriRules.Condition keyed = plain.keyedBy(UriRequest::method);
    assertThatThrownBy(() -> keyed.pass("foo")).hasMessage("'foo' is one bucket, and has no keys.");
  }

  // ---- bad input

  @Test
  void what_is_wrong_is_refused_when_it_is_said() {
    UriRules none = UriRules.of(buckets);
    UriRules.Condition condition = none.when("foo.com/**");
    assertThatThrownBy(() -> none.when("foo.com"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("uri must have a path");
    assertThatThrownBy(() -> none.when("get", "foo.com/"))
        .hasMessageEndingWith("but was 'get foo.com/'.");
    assertThatThrownBy(() -> condition.pass("unknown"))
        .hasMessageStartingWith("no bucket 'unknown' is defined; there are [");
    assertThatThrownBy(condition::pass)
        .hasMessage("rule 'foo.com/**' passes no bucket. Name one, or leave the rule out.");
    assertThatThrownBy(() -> condition.cost(0)).hasMessage("cost must be at least 1, but was 0.");
    assertThatThrownBy(() -> condition.maxWait(Duration.ofSeconds(-1)))
        .hasMessage(
            "maxWait must be at least PT0S, but was PT-1S. To wait for ever, leave it out.");
  }

  @Test
  void rules_show_what_they_pass() {
    assertThat(
            UriRules.of(buckets)
                .when("GET", "foo.com/**")
                .pass("foo")
                .when((method, uri) -> true)
                .pass("users", "me"))
        .hasToString("[rule 'GET foo.com/**' -> [foo], rule 2 (a predicate) -> [users, me]]");
  }

  // ---- configuration

  @Test
  void the_configuration_alone_says_buckets_and_who_passes_them() {
    Buckets configured =
        buckets(
            "bar.com.uri=bar.com/**",
            "bar.com.limit=5",
            "bar.com.period=PT1S",
            "bar.com/users.uri=GET bar.com/users/**, bar.com/me",
            "bar.com/users.limit=1",
            "bar.com/users.period=PT1S",
            "bar.com/users.maxWait=PT0S",
            "posts.uri=*/posts/*",
            "me.uri=none");
    UriRules rules = UriRules.configured(configured);
    assertThat(names(rules.due(get("https://bar.com/users/7")))).isEqualTo("bar.com bar.com/users");
    assertThat(names(rules.due(get("https://bar.com/me")))).isEqualTo("bar.com bar.com/users");
    assertThat(names(rules.due(get("https://bar.com/posts/1")))).isEqualTo("bar.com posts");
    assertThat(rules.due(get("https://foo.com/me"))).isNull();
    Throttle users = rules.due(get("https://bar.com/users/7"));
    users.acquire();
    assertThatThrownBy(users::acquire)
        .isInstanceOf(ThrottledException.class)
        .hasMessageContaining("bucket 'bar.com/users' (1 per PT1S) is full");
    UriRules more = rules.when("foo.com/me").pass("me");
    assertThat(names(more.due(get("https://foo.com/me")))).isEqualTo("me");
  }

  @Test
  void a_configured_bucket_with_keys_is_refused_with_its_setting() {
    Buckets configured = buckets("shop.uri=foo.com/**");
    configured.defineKeyed("shop", TEN);
    assertThatThrownBy(() -> UriRules.configured(configured))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "throttle.buckets.shop.uri=foo.com/** (app.yaml): 'shop' has a bucket for each key;");
  }

  @Test
  void a_configured_bucket_that_is_defined_nowhere_is_refused_with_its_setting() {
    Buckets configured = buckets("nowhere.uri=foo.com/**");
    assertThatThrownBy(() -> UriRules.configured(configured))
        .hasMessageStartingWith(
            "throttle.buckets.nowhere.uri=foo.com/** (app.yaml): no bucket 'nowhere' is defined;");
  }
}
