package dev.throttle.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentTest {

  private static final String SECRET = "s3cr3t";

  record Tenant(String id) {}

  private record Hidden(Tenant tenant) {}

  interface Named {
    String getName();
  }

  static class Shop implements Named {

    public final String field = "of the field";

    final String closed = SECRET;

    private final Tenant owner;

    Shop(Tenant owner) {
      this.owner = owner;
    }

    @Override
    public String getName() {
      return "of the getter";
    }

    public boolean isOpen() {
      return true;
    }

    public Tenant owner() {
      return owner;
    }

    public Tenant getOwner() {
      throw new AssertionError("owner() goes first");
    }

    public String failing() throws IOException {
      throw new IOException(SECRET);
    }

    public String refusing() {
      throw new IllegalArgumentException("thrown by the getter");
    }

    public void nothing() {}

    public static String shared() {
      return "static";
    }

    String ours() {
      return SECRET;
    }
  }

  private static final Shop SHOP = new Shop(new Tenant("acme"));

  private static Object key(String path, Object value) {
    return new Argument("ThrottleKey", path, 1, "Api.call(int, Shop)").key(new Object[] {0, value});
  }

  private static int cost(Object value) {
    return new Argument("ThrottleCost", "", 0, "Api.call(Object)").cost(new Object[] {value});
  }

  @Test
  void the_argument_itself() {
    assertThat(key("", "acme")).isEqualTo("acme");
    assertThat(key("", 7L)).isEqualTo(7L);
  }

  @Test
  void record_components_methods_getters_and_public_fields() {
    assertThat(key("id", new Tenant("acme"))).isEqualTo("acme");
    assertThat(key("tenant.id", new Hidden(new Tenant("acme")))).isEqualTo("acme");
    assertThat(key("owner.id", SHOP)).isEqualTo("acme");
    assertThat(key("name", SHOP)).isEqualTo("of the getter");
    assertThat(key("open", SHOP)).isEqualTo(true);
    assertThat(key("field", SHOP)).isEqualTo("of the field");
    assertThat(key("field.length", SHOP)).isEqualTo(12);
  }

  @Test
  void one_path_reads_values_of_many_classes() {
    Argument name = new Argument("ThrottleKey", "name", 0, "Api.call(Named)");
    Named lambda = () -> "of a lambda";
    assertThat(name.key(new Object[] {lambda})).isEqualTo("of a lambda");
    assertThat(name.key(new Object[] {SHOP})).isEqualTo("of the getter");
  }

  @Test
  void a_class_that_is_not_public_is_read_through_an_interface_that_is() {
    assertThat(key("size", List.of("a", "b"))).isEqualTo(2);
    assertThat(key("key", Map.entry("acme", 1))).isEqualTo("acme");
  }

  @Test
  void null_on_the_way_is_refused_where_it_was() {
    assertThatThrownBy(() -> key("", null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "@ThrottleKey on parameter 2 of Api.call(int, Shop): the argument must not be null, but"
                + " was.");
    assertThatThrownBy(() -> key("owner.id", null))
        .hasMessage(
            "@ThrottleKey(\"owner.id\") on parameter 2 of Api.call(int, Shop): the argument must"
                + " not be null, but was.");
    assertThatThrownBy(() -> key("owner.id", new Shop(null)))
        .hasMessage(
            "@ThrottleKey(\"owner.id\") on parameter 2 of Api.call(int, Shop): owner must not be"
                + " null, but was.");
    assertThatThrownBy(() -> key("owner.id", new Shop(new Tenant(null))))
        .hasMessage(
            "@ThrottleKey(\"owner.id\") on parameter 2 of Api.call(int, Shop): owner.id must not be"
                + " null, but was.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"closed", "nothing", "shared", "ours", "nowhere"})
  void what_cannot_be_read_is_refused_with_class_and_fix(String name) {
    assertThatThrownBy(() -> key(name, SHOP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "@ThrottleKey(\"%s\") on parameter 2 of Api.call(int, Shop): %s has no property '%s'."
                + " Name a record component, a public method without parameters (x(), getX() or"
                + " isX() for x), or a public field.",
            name, Shop.class.getName(), name);
  }

  @Test
  void a_class_that_a_module_keeps_to_itself_is_refused_with_the_module() {
    assertThatThrownBy(() -> key("historicalName", StandardCharsets.UTF_8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "@ThrottleKey(\"historicalName\") on parameter 2 of Api.call(int, Shop):"
                + " sun.nio.cs.UTF_8.historicalName cannot be read, since module java.base does not"
                + " open package sun.nio.cs to ");
  }

  @Test
  void what_a_getter_throws_reaches_the_caller_and_its_text_no_message_of_ours() {
    assertThatThrownBy(() -> key("refusing", SHOP)).hasMessage("thrown by the getter");
    assertThatThrownBy(() -> key("failing", SHOP))
        .hasMessage(
            "@ThrottleKey(\"failing\") on parameter 2 of Api.call(int, Shop): it could not be read.")
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void an_array_is_no_key() {
    assertThatThrownBy(() -> key("", new String[] {SECRET}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("arrays have none")
        .hasMessageNotContaining(SECRET);
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "a.", ".a", "a..b", " "})
  void a_path_has_names_and_dots(String path) {
    assertThatThrownBy(() -> new Argument("ThrottleKey", path, 0, "Api.call(Shop)"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "@ThrottleKey(\"%s\") on parameter 1 of Api.call(Shop): a path is made of names with a"
                + " dot between them, such as tenant.id.",
            path);
  }

  @Test
  void a_cost_is_a_whole_number_of_any_width() {
    assertThat(cost(3)).isEqualTo(3);
    assertThat(cost(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    assertThat(cost(3L)).isEqualTo(3);
    assertThat(cost((short) 3)).isEqualTo(3);
    assertThat(cost((byte) 3)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Integer.MAX_VALUE + 1L, Long.MIN_VALUE})
  void a_cost_has_bounds(long cost) {
    assertThatThrownBy(() -> cost(cost))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "@ThrottleCost on parameter 1 of Api.call(Object): a cost must be from 1 to 2147483647,"
                + " but was %d.",
            cost);
  }

  @Test
  void a_cost_of_another_type_or_null_is_refused() {
    assertThatThrownBy(() -> cost(BigInteger.ONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "@ThrottleCost on parameter 1 of Api.call(Object): a cost is an int, long, short, byte"
                + " or one of their boxes, and not java.math.BigInteger.");
    assertThatThrownBy(() -> cost(null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("the argument must not be null, but was.");
  }
}
