package dev.throttle.processor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of a method take from one of its buckets.
 *
 * @param keys the parameters that say which of the buckets of that name it is; none if it is one
 * @param costs the parameters that say how many permits; none if that is always the same
 * @param cost how many permits if that is always the same
 * @param fair whether calls that wait take turns
 */
record Payment(List<Declaration> keys, List<Declaration> costs, int cost, boolean fair) {

  /** Returns what the method takes, or null if several declarations have a say in it. */
  static @Nullable Payment of(String bucket, ThrottledMethod method) {
    List<Declaration> uses =
        method.uses().stream()
            .map(Declarations.Use::declaration)
            .filter(declaration -> bucket.equals(declaration.name()))
            .toList();
    if (uses.size() != 1) {
      return null;
    }
    Declaration use = uses.get(0);
    List<Declaration> marks =
        Declarations.onParametersOf(method.method()).stream()
            .filter(mark -> method.bucketsOf(mark).contains(bucket))
            .toList();
    Integer cost = use.number(Declaration.COST);
    return new Payment(
        marks.stream().filter(Declarations::isKey).toList(),
        marks.stream().filter(mark -> !Declarations.isKey(mark)).toList(),
        cost == null ? 1 : cost,
        use.fairBy() != null);
  }

  /**
   * Says whether calls that meet in the other bucket surely meet in this one, and take no fewer
   * permits here.
   */
  boolean surelyCovers(Payment other) {
    boolean sameBucket = keys.isEmpty() || keys.equals(other.keys);
    boolean noFewer =
        costs.isEmpty()
            ? other.costs.isEmpty() && other.cost <= cost
            : costs.equals(other.costs) || (other.costs.isEmpty() && other.cost == 1);
    return sameBucket && noFewer && !other.fair;
  }
}
