package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import dev.throttle.annotation.Algorithm;
import dev.throttle.annotation.Priority;
import dev.throttle.annotation.Throttle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is said of a bucket in one place, and over that what the configuration says of it.
 * Immutable.
 *
 * <p>They are merged element by element before anything is made of them, so that a burst which was
 * left out follows a limit that the configuration gives.
 */
public final class Declared {

  private final String name;

  /** The first limit, with all that is not of a limit; then the further limits. */
  private final List<Part> parts;

  private final List<Setting> settings = new ArrayList<>();

  /** Whether it says what the bucket is, and does not only name it. */
  private final boolean definition;

  private Declared(String name, boolean definition, List<Part> written, Configuration over) {
    this.name = name;
    this.definition = definition;
    this.parts = written;
    over.given(name).forEach(this::override);
    if (definition) {
      requireWhole();
    }
  }

  /**
   * Returns what an annotation and the configuration say together.
   *
   * @throws IllegalArgumentException if an element is wrong, or misses another one
   */
  public static Declared of(Throttle annotation, Configuration configuration) {
    requireNonNull(configuration, "configuration");
    Part first =
        new Part()
            .with(Element.LIMIT, annotation.limit(), -1)
            .with(Element.PERIOD, annotation.period(), "")
            .with(Element.ALGORITHM, annotation.algorithm(), Algorithm.SLIDING_WINDOW)
            .with(Element.BURST, annotation.burst(), -1)
            .with(Element.OFFSET, annotation.offset(), "")
            .with(Element.ZONE, annotation.zone(), "")
            .with(Element.COUNTED_WITHIN, annotation.countedWithin(), "")
            .with(Element.RESERVE, annotation.reserve(), 0)
            .with(Element.MAX_QUEUE, annotation.maxQueue(), -1)
            .with(Element.MAX_WAIT, annotation.maxWait(), "")
            .with(Element.COST, annotation.cost(), 1)
            .with(Element.PRIORITY, annotation.priority(), Priority.NORMAL)
            .with(Element.FAIR_BY, annotation.fairBy(), "");
    List<Part> parts = new ArrayList<>(List.of(first));
    for (dev.throttle.annotation.Limit also : annotation.also()) {
      parts.add(
          new Part()
              .with(Element.LIMIT, also.limit(), -1)
              .with(Element.PERIOD, also.period(), "")
              .with(Element.ALGORITHM, also.algorithm(), Algorithm.SLIDING_WINDOW)
              .with(Element.BURST, also.burst(), -1)
              .with(Element.OFFSET, also.offset(), "")
              .with(Element.ZONE, also.zone(), "")
              .with(Element.COUNTED_WITHIN, also.countedWithin(), ""));
    }
    boolean definition = parts.size() > 1 || first.isOfDefinition();
    return new Declared(annotation.value(), definition, parts, configuration);
  }

  /**
   * Returns what the configuration alone says of a bucket, which defines it if it has both limit
   * and period.
   */
  static Declared of(String name, Configuration configuration) {
    List<Part> parts = new ArrayList<>(List.of(new Part()));
    return new Declared(name, configuration.definesItself(name), parts, configuration);
  }

  /** Returns what the configuration has put over this, for the end of a message; or nothing. */
  String note() {
    return settings.isEmpty()
        ? ""
        : " The configuration says "
            + settings.stream().map(Setting::toString).collect(Collectors.joining(", "))
            + ".";
  }

  private void requireWhole() {
    Part first = parts.get(0);
    if (!first.isWhole()) {
      throw badArgument(
          "%s%s",
          first.has(Element.LIMIT)
              ? "limit has no period. Add one such as period = \"PT1S\"."
              : first.has(Element.PERIOD)
                  ? "period has no limit. Add one such as limit = 100."
                  : "only maxWait, cost, priority and fairBy can be said where a bucket is only named. Move the others to where limit and period are.",
          note());
    }
    for (int i = 1; i < parts.size(); i++) {
      if (!parts.get(i).isWhole()) {
        throw badArgument("also.%d must have both limit and period.%s", i, note());
      }
    }
  }

  private void override(Key.Place place, Given given) {
    while (parts.size() <= place.also()) {
      parts.add(new Part());
    }
    parts.get(place.also()).set(place.element(), given.value());
    settings.add(given.setting());
  }

  /** Returns the bucket's name. */
  public String name() {
    return name;
  }

  /** Returns whether this defines the bucket, and does not only name it. */
  public boolean isDefinition() {
    return definition;
  }

  /** Returns the longest wait, or null for ever. */
  public @Nullable Duration maxWait() {
    return parts.get(0).get(Element.MAX_WAIT);
  }

  /** Returns how many permits of the bucket one call takes. */
  public int cost() {
    return parts.get(0).get(Element.COST, 1);
  }

  /** Returns who goes first where several wait. */
  public Priority priority() {
    return parts.get(0).get(Element.PRIORITY, Priority.NORMAL);
  }

  /** Returns the name of the key between whose values waiting calls take turns, or null. */
  public @Nullable String fairBy() {
    return parts.get(0).get(Element.FAIR_BY);
  }

  /** Returns all elements with their values: {@code api.foo.com {limit=5, period=PT1S}}. */
  @Override
  public String toString() {
    Map<Key.Place, Object> values = new TreeMap<>();
    for (int i = 0; i < parts.size(); i++) {
      int also = i;
      parts
          .get(i)
          .values
          .forEach((element, value) -> values.put(new Key.Place(also, element), value));
    }
    return name + " " + values;
  }

  /** What is said of one limit. */
  private static final class Part {

    private final Map<Element<?>, Object> values = new HashMap<>();

    Part with(Element<?> element, Object written, Object leftOut) {
      if (!written.equals(leftOut)) {
        values.put(element, element.require(written.toString()));
      }
      return this;
    }

    void set(Element<?> element, @Nullable Object value) {
      if (value == null) {
        values.remove(element);
      } else {
        values.put(element, value);
      }
    }

    boolean has(Element<?> element) {
      return values.containsKey(element);
    }

    boolean isOfDefinition() {
      return values.keySet().stream().anyMatch(Element::isOfDefinition);
    }

    boolean isWhole() {
      return has(Element.LIMIT) && has(Element.PERIOD);
    }

    @SuppressWarnings("unchecked") // only values that the element itself parsed are put in
    <T> @Nullable T get(Element<T> element) {
      return (T) values.get(element);
    }

    <T> T get(Element<T> element, T leftOut) {
      return Objects.requireNonNullElse(get(element), leftOut);
    }
  }
}
