package dev.throttle.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.demo.Errand.Endpoint;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ErrandsTest {

  @Test
  void next_ofTheCallsOfOnePeriod_takesNoMoreThanEachEndpointAllowsInASecond() {
    Errands errands = new Errands(Shop.LIMIT, () -> 7);
    Map<Endpoint, Integer> taken = new EnumMap<>(Endpoint.class);

    for (int i = 0; i < Shop.LIMIT; i++) {
      taken.merge(Objects.requireNonNull(errands.next()).endpoint(), 1, Integer::sum);
    }

    assertThat(taken)
        .containsEntry(Endpoint.PRODUCTS, 60)
        .containsEntry(Endpoint.ORDERS, 80)
        .containsEntry(Endpoint.STOCK, 60);
    assertThat(errands.next()).isNull();
    assertThat(errands.askedNanos(0)).isEqualTo(7);
  }
}
