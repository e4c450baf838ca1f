package com.acme;

import lombok.Builder;
import lombok.Value;

@Value
@Builder
public class Quote {
  String share;
  long cents;
}
