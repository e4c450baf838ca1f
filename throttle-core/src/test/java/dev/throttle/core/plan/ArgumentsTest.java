package dev.throttle.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Priority;
import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleCost;
import dev.throttle.annotation.ThrottleKey;
import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Configuration;
import dev.throttle.core.Limit;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans whose calls pass what their arguments say. */
class ArgumentsTest {

  private final Buckets buckets = Buckets.create();
  private Buckets before = buckets;

  @BeforeEach
  void useOurs() {
    before = Throttling.use(buckets);
  }

  @AfterEach
  void useTheOthersAgain() {
    Throttling.use(before);
  }

  record Tenant(String id, int plan) {}

  @Retention(RetentionPolicy.RUNTIME)
  @Throttle(value = "shared", limit = 50, period = "PT1S")
  @interface Shared {}

  @Throttle(value = "all", limit = 100, period = "PT1S", fairBy = "tenant")
  interface Api {
    @Shared
    @Throttle(value = "own", limit = 10, period = "PT1S")
    String byDefault(@ThrottleKey("id") Tenant tenant, int page);

    @Throttle(value = "fair", limit = 10, period = "PT1S", fairBy = "tenant")
    @Throttle(value = "pair", limit = 10, period = "PT1S")
    String composite(
        @ThrottleKey(value = "id", name = "tenant") Tenant tenant,
        int page,
        @ThrottleKey long shop);

    @Throttle(value = "tokens", limit = 1_000, period = "PT1M", cost = 5)
    @Throttle(value = "requests", limit = 10, period = "PT1M", cost = 2)
    CompletableFuture<String> ask(@ThrottleCost(buckets = "tokens") int tokens);

    @Throttle(value = "asked", limit = 10, period = "PT1M")
    String priced(@ThrottleCost short cost);

    String withoutKey();

    @Throttle("own")
    CompletableFuture<String> later(@ThrottleKey String id);
  }

  static class Implementation implements Api {
    @Override
    @Shared
    @Throttle(value = "own", limit = 10, period = "PT1S")
    @Throttle(value = "more", limit = 10, period = "PT1S")
    public String byDefault(@ThrottleKey("id") Tenant tenant, int page) {
      return tenant.id();
    }

    @Override
    public String composite(Tenant tenant, int page, long shop) {
      return "";
    }

    @Override
    public CompletableFuture<String> ask(int tokens) {
      return CompletableFuture.completedFuture("");
    }

    @Override
    public String priced(short cost) {
      return "";
    }

    @Override
    public String withoutKey() {
      return "";
    }

    @Override
    public CompletableFuture<String> later(String id) {
      return CompletableFuture.completedFuture(id);
    }
  }

  interface Priorities {
    @Throttle(value = "p", limit = 1, period = "PT1S", priority = Priority.LOW)
    @Throttle(value = "q", limit = 1, period = "PT1S")
    void lastThatSays();

    @Throttle(value = "k", limit = 1, period = "PT1S", priority = Priority.HIGH, maxWait = "PT1S")
    void ofKey(@ThrottleKey String key);
  }

  interface Wrong {
    @Throttle(value = "w", limit = 1, period = "PT1S")
    void elsewhere(@ThrottleKey(buckets = "x") String key);

    @Throttle(value = "w", limit = 1, period = "PT1S")
    void twice(@ThrottleCost int cost, @ThrottleCost(buckets = "w") int again);

    @Throttle(value = "w", limit = 1, period = "PT1S")
    void sameName(@ThrottleKey(name = "a") String key, @ThrottleKey(name = "a") String again);

    @Throttle(value = "w", limit = 1, period = "PT1S", fairBy = "nobody")
    void unfair(@ThrottleKey(name = "a", buckets = "w") String key);

    @Throttle(value = "one", limit = 1, period = "PT1S")
    void keyed(@ThrottleKey String key);

    @Throttle("one")
    void keyedByName(@ThrottleKey String key);

    @Throttle(value = "each", limit = 1, period = "PT1S")
    void unkeyed();

    @Throttle("each")
    void unkeyedByName();
  }

  private static MethodPlan plan(Class<?> type, String name) {
    Method method =
        Arrays.stream(type.getDeclaredMethods())
            .filter(m -> m.getName().equals(name))
            .findFirst()
            .orElseThrow();
    return Objects.requireNonNull(MethodPlan.of(type, method));
  }

  private static dev.throttle.core.Throttle due(MethodPlan plan, Object... arguments) {
    return Objects.requireNonNull(plan.due(arguments));
  }

  private static List<Object> keys(dev.throttle.core.Throttle due) {
    return due.buckets().stream()
        .<Object>map(bucket -> Objects.requireNonNullElse(bucket.key(), "no key"))
        .toList();
  }

  private static final Tenant ACME = new Tenant("acme", 1);

  @Test
  void a_key_is_for_all_that_the_method_itself_declares() {
    MethodPlan plan = plan(Api.class, "byDefault");
    dev.throttle.core.Throttle due = due(plan, ACME, 7);
    assertThat(due.buckets().stream().map(Bucket::name)).containsExactly("all", "shared", "own");
    assertThat(keys(due)).containsExactly("no key", "acme", "acme");
    assertThat(due(plan, ACME, 8).buckets()).isEqualTo(due.buckets());
    assertThat(keys(due(plan, new Tenant("zoo", 1), 7))).containsExactly("no key", "zoo", "zoo");
  }

  @Test
  void several_keys_are_one_composite_key_and_none_for_what_is_shared_fairly() {
    dev.throttle.core.Throttle due = due(plan(Api.class, "composite"), ACME, 7, 3L);
    assertThat(keys(due)).containsExactly("no key", "no key", List.of("acme", 3L));
  }

  @Test
  void a_plan_says_whether_it_reads_arguments_and_asks_for_them() {
    MethodPlan reading = plan(Api.class, "byDefault");
    assertThat(reading.readsArguments()).isTrue();
    assertThat(reading).hasToString("Api.byDefault(Tenant, int) through all + shared + own");
    assertThatThrownBy(reading::due)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Api.byDefault(Tenant, int) takes a key or its cost from its arguments, and what asks"
                + " for its permit does not know them.");
    assertThatThrownBy(reading::throttle).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> reading.invoke(() -> "")).isInstanceOf(IllegalStateException.class);
    MethodPlan plain = plan(Api.class, "withoutKey");
    assertThat(plain.readsArguments()).isFalse();
    assertThat(plain.due(new Object[] {ACME})).isSameAs(plain.throttle());
  }

  @Test
  void parameter_annotations_are_not_inherited() {
    assertThat(plan(Implementation.class, "byDefault").readsArguments()).isTrue();
    assertThat(MethodPlan.of(Implementation.class, method("composite"))).isNull();
  }

  private static Method method(String name) {
    return Arrays.stream(Implementation.class.getDeclaredMethods())
        .filter(m -> m.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void each_bucket_has_its_own_cost_and_an_argument_replaces_it() throws Exception {
    MethodPlan plan = plan(Api.class, "ask");
    dev.throttle.core.Throttle due = due(plan, 300);
    assertThat(due.cost("tokens")).isEqualTo(300);
    assertThat(due.cost("requests")).isEqualTo(2);
    assertThat(due.cost("all")).isEqualTo(1);
    plan.invoke(new Object[] {300}, () -> CompletableFuture.completedFuture(""));
    assertThat(buckets.bucket("tokens").inUse()).isEqualTo(300);
    assertThat(due(plan(Api.class, "priced"), (short) 9).cost("asked")).isEqualTo(9);
  }

  @Test
  void the_last_declaration_that_says_a_priority_counts() {
    assertThat(plan(Priorities.class, "lastThatSays").throttle().priority())
        .isEqualTo(Priority.LOW);
    assertThat(due(plan(Priorities.class, "ofKey"), "a").priority()).isEqualTo(Priority.HIGH);
  }

  @Test
  void a_name_alone_uses_what_the_program_has_defined_for_each_key() {
    buckets.defineKeyed(
        "own",
        List.of(Limit.of(10, Duration.ofSeconds(1))),
        key -> List.of(Limit.of(key.equals("pro") ? 20 : 10, Duration.ofSeconds(1))),
        1,
        5);
    dev.throttle.core.Throttle due = due(plan(Api.class, "later"), "pro");
    Bucket own = due.buckets().get(1);
    assertThat(own.limit().permits()).isEqualTo(20);
    assertThat(own.maxQueue()).isEqualTo(5);
  }

  @Test
  void too_many_keys_refuse_a_call_as_it_would_be_granted() throws Exception {
    buckets.defineKeyed(
        "own",
        List.of(Limit.of(10, Duration.ofSeconds(1))),
        key -> List.of(Limit.of(10, Duration.ofSeconds(1))),
        1,
        5);
    MethodPlan plan = plan(Api.class, "later");
    dev.throttle.core.Throttle held = due(plan, "a");
    long stamp = held.begin();
    assertThatThrownBy(() -> plan.due(new Object[] {"b"})).isInstanceOf(ThrottledException.class);
    CompletableFuture<?> refused =
        (CompletableFuture<?>)
            plan.invoke(new Object[] {"b"}, () -> CompletableFuture.completedFuture(""));
    assertThat(Objects.requireNonNull(refused))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(ThrottledException.class);
    assertThat((CompletableFuture<?>) plan.invokeCallSite(new Object[] {"b"}, () -> refused))
        .isCompletedExceptionally();
    held.end(stamp);
  }

  @Test
  void a_call_whose_key_is_wrong_goes_ahead_while_all_is_switched_off() throws Exception {
    buckets.defineKeyed("own", Limit.of(10, Duration.ofSeconds(1)));
    MethodPlan plan = plan(Api.class, "later");
    Object[] noKey = {null};
    assertThatThrownBy(() -> plan.due(noKey)).isInstanceOf(IllegalArgumentException.class);
    buckets.setEnabled(false);
    assertThat(plan.due(noKey)).isNull();
    assertThat(plan.invoke(noKey, () -> "made")).isEqualTo("made");
    assertThat(plan.due(new Object[] {"a"})).isNotNull();
    buckets.setEnabled(true);
    assertThatThrownBy(() -> plan.due(noKey)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_configuration_goes_before_the_annotation_of_a_keyed_bucket_too() {
    Throttling.use(
        Buckets.builder()
            .configuration(
                Configuration.of(
                    Map.of("throttle.buckets.own.limit", "3", "throttle.buckets.own.maxKeys", "4"),
                    "a test"))
            .build());
    Bucket own = due(plan(Api.class, "byDefault"), ACME, 7).buckets().get(2);
    assertThat(own.limit()).isEqualTo(Limit.of(3, Duration.ofSeconds(1)));
    assertThat(Throttling.buckets().keyed("own").maxKeys()).isEqualTo(4);
  }

  @Test
  void a_call_is_charged_once_by_its_key_and_what_its_call_site_lacks_is_paid_behind_it()
      throws Exception {
    MethodPlan site = plan(Api.class, "byDefault");
    MethodPlan body = plan(Implementation.class, "byDefault");
    Object[] arguments = {ACME, 7};
    site.invokeCallSite(arguments, () -> body.invoke(arguments, () -> "answer"));
    assertInUse("own", 1);
    assertInUse("more", 1);
    assertThat(buckets.bucket("all").inUse()).isEqualTo(1);
    site.invokeCallSite(
        arguments,
        () -> {
          body.invoke(arguments, () -> "answer");
          return body.invoke(arguments, () -> "of a retry");
        });
    assertInUse("own", 3);
    assertInUse("more", 3);
  }

  private void assertInUse(String bucket, int permits) {
    assertThat(buckets.keyed(bucket).bucket("acme").inUse()).isEqualTo(permits);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "elsewhere | @ThrottleKey on parameter 1 of Wrong.elsewhere(String): the method does not pass a bucket 'x'."
            + " Name one that it passes, or leave buckets out for all that the method itself declares.",
        "twice | @ThrottleCost on parameter 2 of Wrong.twice(int, int): another parameter is the cost of bucket 'w'"
            + " already. Say by buckets which cost is whose, or remove one.",
        "sameName | @ThrottleKey on parameter 2 of Wrong.sameName(String, String): another key of this method has the"
            + " name 'a' too. Give each key a name of its own.",
        "unfair | @Throttle(\"w\") on Wrong.unfair(String): no parameter of the method is a key of the name 'nobody',"
            + " which fairBy asks for. Name a key, such as @ThrottleKey(name = \"nobody\") on the parameter.",
        "keyed | @Throttle(\"one\") on Wrong.keyed(String): bucket 'one' is one per key here, since @ThrottleKey on"
            + " parameter 1 of Wrong.keyed(String) is for it, but one for all calls elsewhere. Give each method that"
            + " passes it a @ThrottleKey, or none, or take another name here.",
        "keyedByName | @Throttle(\"one\") on Wrong.keyedByName(String): bucket 'one' is one per key here, since"
            + " @ThrottleKey on parameter 1 of Wrong.keyedByName(String) is for it, but one for all calls elsewhere."
            + " Give each method that passes it a @ThrottleKey, or none, or take another name here.",
        "unkeyed | @Throttle(\"each\") on Wrong.unkeyed(): bucket 'each' is one for all calls here, since no"
            + " @ThrottleKey of this method is for it, but one per key elsewhere. Give each method that passes it a"
            + " @ThrottleKey, or none, or take another name here.",
        "unkeyedByName | @Throttle(\"each\") on Wrong.unkeyedByName(): bucket 'each' is one for all calls here, since"
            + " no @ThrottleKey of this method is for it, but one per key elsewhere. Give each method that passes it a"
            + " @ThrottleKey, or none, or take another name here.",
      })
  void what_is_wrong_is_refused_with_the_method_and_the_fix(String name, String message) {
    buckets.define("one", Limit.of(1, Duration.ofSeconds(1)));
    buckets.defineKeyed("each", Limit.of(1, Duration.ofSeconds(1)));
    assertThatThrownBy(() -> plan(Wrong.class, name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
