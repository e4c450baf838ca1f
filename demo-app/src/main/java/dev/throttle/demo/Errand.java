package dev.throttle.demo;

/** One call to make: of which endpoint, with an id that no other has. */
public record Errand(int id, Endpoint endpoint) {

  /** What the shop offers. */
  public enum Endpoint {
    PRODUCTS,
    ORDERS,
    STOCK
  }
}
