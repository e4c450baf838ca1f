package dev.throttle.clients.rule;

import dev.throttle.core.Buckets;
import dev.throttle.core.Throttle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A set of rules that match the same request, and what such requests pass. Safe for use by many
 * threads.
 *
 * <p>The sets that have come up form a tree, each reached from the one without its last rule. So
 * whoever goes through the rules finds theirs without making or hashing anything, however many
 * rules there are, and their throttle is made once.
 */
final class Matched {

  private final Buckets buckets;
  private final List<Rule> all;
  private final List<Rule> matching;
  private final Set<String> names;

  /** Filled as the sets come up; who loses a race uses what the other has made. */
  private final AtomicReferenceArray<@Nullable Matched> withOneMore;

  private final ConcurrentHashMap<Set<String>, Optional<Way>> ways = new ConcurrentHashMap<>(1);

  /** The way where nothing was passed before, which is the usual one. */
  private volatile @Nullable Way whole;

  private Matched(Buckets buckets, List<Rule> all, List<Rule> matching) {
    this.buckets = buckets;
    this.all = all;
    this.matching = matching;
    this.withOneMore = new AtomicReferenceArray<>(all.size());
    Set<String> ordered = new LinkedHashSet<>();
    matching.forEach(rule -> ordered.addAll(rule.buckets()));
    this.names = Collections.unmodifiableSet(ordered);
  }

  /** Returns the empty set. */
  static Matched none(Buckets buckets, List<Rule> all) {
    return new Matched(buckets, all, List.of());
  }

  /** Returns this set with another rule, which comes after all of its own. */
  Matched with(int rule) {
    Matched known = withOneMore.get(rule);
    if (known != null) {
      return known;
    }
    List<Rule> more = new ArrayList<>(matching);
    more.add(all.get(rule));
    Matched made = new Matched(buckets, all, List.copyOf(more));
    Matched other = withOneMore.compareAndExchange(rule, null, made);
    return other == null ? made : other;
  }

  /** Returns the names of the buckets that are passed, the outermost first. */
  Set<String> names() {
    return names;
  }

  /** Returns what is left to pass where some buckets are passed already, or null. */
  @Nullable Throttle due(UriRequest request, Set<String> passed) {
    Way way = passed.isEmpty() ? whole() : wayWithout(passed);
    return way == null ? null : way.of(request);
  }

  private @Nullable Way whole() {
    Way known = whole;
    if (known == null) {
      known = Way.through(buckets, matching, Set.of());
      whole = known;
    }
    return known;
  }

  private @Nullable Way wayWithout(Set<String> passed) {
    return ways.computeIfAbsent(
            Set.copyOf(passed), some -> Optional.ofNullable(Way.through(buckets, matching, some)))
        .orElse(null);
  }
}
