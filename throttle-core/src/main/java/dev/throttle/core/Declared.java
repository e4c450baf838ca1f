package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import dev.throttle.annotation.Algorithm;
import dev.throttle.annotation.Priority;
import dev.throttle.annotation.Throttle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private final List<Elements> parts;

  private final List<Configuration.Setting> settings = new ArrayList<>();
  private final List<Limit> limits;

  /**
   * Puts the configuration over what is written.
   *
   * @param definition whether the writer says what the bucket is, and does not only name it
   */
  private Declared(
      String name, boolean definition, List<Elements> written, Configuration configuration) {
    this.name = name;
    this.parts = written;
    configuration.given(name).forEach(this::override);
    try {
      this.limits = definition ? makeLimits() : List.of();
    } catch (IllegalArgumentException e) {
      throw settings.isEmpty() ? e : new IllegalArgumentException(e.getMessage() + note(), e);
    }
  }

  /**
   * Returns what an annotation and the configuration say together.
   *
   * @throws IllegalArgumentException if an element is wrong, or misses another one
   */
  public static Declared of(Throttle annotation, Configuration configuration) {
    requireNonNull(configuration, "configuration");
    List<Elements> parts = new ArrayList<>();
    parts.add(
        new Elements()
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
            .with(Element.FAIR_BY, annotation.fairBy(), ""));
    for (dev.throttle.annotation.Limit also : annotation.also()) {
      parts.add(
          new Elements()
              .with(Element.LIMIT, also.limit(), -1)
              .with(Element.PERIOD, also.period(), "")
              .with(Element.ALGORITHM, also.algorithm(), Algorithm.SLIDING_WINDOW)
              .with(Element.BURST, also.burst(), -1)
              .with(Element.OFFSET, also.offset(), "")
              .with(Element.ZONE, also.zone(), "")
              .with(Element.COUNTED_WITHIN, also.countedWithin(), ""));
    }
    boolean definition = parts.size() > 1 || parts.get(0).define();
    return new Declared(annotation.value(), definition, parts, configuration);
  }

  /**
   * Returns what somebody who only names a bucket says of the calls that pass it, and over that
   * what the configuration says of all calls.
   *
   * @param maxWait null for ever
   */
  public static Declared ofCalls(
      String bucket,
      @Nullable Duration maxWait,
      int cost,
      Priority priority,
      Configuration configuration) {
    Elements calls = new Elements();
    calls.set(Element.MAX_WAIT, maxWait);
    calls.set(Element.COST, cost);
    calls.set(Element.PRIORITY, priority);
    return new Declared(bucket, false, new ArrayList<>(List.of(calls)), configuration);
  }

  /** Returns what a definition and the configuration say together. */
  static Declared of(
      String name, List<Limit> limits, int maxKeys, int maxQueue, Configuration configuration) {
    List<Elements> parts =
        new ArrayList<>(
            limits.stream()
                .map(limit -> Elements.of(requireNonNull(limit, "limit of bucket '" + name + "'")))
                .toList());
    parts.get(0).set(Element.MAX_KEYS, maxKeys);
    parts.get(0).set(Element.MAX_QUEUE, maxQueue);
    return new Declared(name, true, parts, configuration);
  }

  /** Returns what the configuration alone says of a bucket that it defines. */
  static Declared of(String name, Configuration configuration) {
    return new Declared(name, true, new ArrayList<>(List.of(new Elements())), configuration);
  }

  /** What is said of the whole bucket replaces what was said of each of its limits. */
  private void override(Key.Place place, Given given) {
    while (parts.size() <= place.also()) {
      parts.add(new Elements());
    }
    Elements part = parts.get(place.also());
    part.set(place.element(), given.value());
    if (!place.element().isOfEachLimit()) {
      parts.stream()
          .filter(other -> other.has(place.element()))
          .forEach(other -> other.set(place.element(), given.value()));
    }
    settings.add(given.setting());
  }

  private List<Limit> makeLimits() {
    Elements first = parts.get(0);
    if (!first.has(Element.LIMIT) && !first.has(Element.PERIOD)) {
      throw badArgument(
          "what a bucket is belongs to where limit and period are; where it is only named, only"
              + " maxWait, cost, priority and fairBy can be said. Move the others there.");
    }
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).requireWhole(i == 0 ? "" : "also." + i + ".");
    }
    return parts.stream().map(part -> part.limit(first)).toList();
  }

  /** Returns what the configuration has put over the rest, to end a message with; or nothing. */
  public String note() {
    return settings.isEmpty()
        ? ""
        : " The configuration says "
            + settings.stream()
                .map(Configuration.Setting::toString)
                .collect(Collectors.joining(", "))
            + ".";
  }

  /** Returns the bucket's name. */
  public String name() {
    return name;
  }

  /** Returns whether this defines the bucket, and does not only name it. */
  public boolean isDefinition() {
    return !limits.isEmpty();
  }

  /** Returns the limits of the bucket; none where it is only named. */
  public List<Limit> limits() {
    return limits;
  }

  /** Returns how many calls may wait for the bucket at once. */
  public int maxQueue() {
    return parts.get(0).get(Element.MAX_QUEUE, Bucket.DEFAULT_MAX_QUEUE);
  }

  /** Returns how many keys the bucket may have at once, if it is one for each key. */
  public int maxKeys() {
    return parts.get(0).get(Element.MAX_KEYS, KeyedBuckets.DEFAULT_MAX_KEYS);
  }

  /** Returns what the bucket does at first with calls for which it has no permit. */
  public Mode mode() {
    return parts.get(0).get(Element.MODE, Mode.WAIT);
  }

  /** Returns whether the bucket acts at first on what the provider says. */
  public boolean heedsSignals() {
    return parts.get(0).get(Element.HEED_SIGNALS, true);
  }

  /** Returns the longest wait of a call, or null for ever. */
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
          .forEach(
              (element, value) ->
                  values.put(
                      new Key.Place(also, element),
                      value instanceof String text ? SharedBy.withoutUser(text) : value));
    }
    return name + " " + values;
  }
}
