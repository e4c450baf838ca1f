package dev.throttle.demo;

/** One call to make: of which endpoint, with an id that no other has. */
record Errand(int id, Endpoint endpoint) {

  /** What the shop offers. */
  enum Endpoint {
    PRODUCTS,
    ORDERS,
    STOCK
  }
}
