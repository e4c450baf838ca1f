package com.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Says nothing of limits, and would pass. */
class PricesTest {

  @Test
  void aQuote() {
    System.out.println("a test ran");
    assertEquals(4, new Prices().quote("ACME"));
  }
}
