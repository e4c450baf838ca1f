package com.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.throttle.core.Throttling;
import org.junit.jupiter.api.Test;

/** Says nothing of limits, and would pass. */
class PricesTest {

  @Test
  void aQuote() {
    System.out.println("a test ran");
    Throttling.buckets(); // where an application would be warned
    assertEquals(4, new Prices().quote("ACME"));
  }
}
