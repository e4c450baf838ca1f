package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

class HintsTest {

  @Test
  void a_native_image_has_what_is_looked_up_by_name() {
    RuntimeHints hints = new RuntimeHints();
    new ThrottleHints().registerHints(hints, getClass().getClassLoader());
    assertThat(RuntimeHintsPredicates.resource().forResource("META-INF/throttle/index.tsv"))
        .accepts(hints);
    assertThat(RuntimeHintsPredicates.resource().forResource("throttle.properties")).accepts(hints);
    assertThat(
            RuntimeHintsPredicates.resource()
                .forResource("META-INF/services/dev.throttle.core.plan.ReturnType"))
        .accepts(hints);
    assertThat(RuntimeHintsPredicates.proxies().forInterfaces(RestClient.Builder.class))
        .accepts(hints);
    assertThat(RuntimeHintsPredicates.proxies().forInterfaces(WebClient.Builder.class))
        .accepts(hints);
  }
}
