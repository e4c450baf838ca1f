package dev.throttle.aspect;

import dev.throttle.clients.feign.ThrottleCapability;
import feign.BaseBuilder;
import org.aspectj.lang.annotation.SuppressAjWarnings;

/**
 * Installs the hook of Feign clients where they are built, so that retries, method references and
 * reflection are throttled too. Binds no type of Feign: programs without Feign are woven as well.
 */
public aspect FeignBuilders {

  @SuppressAjWarnings("adviceDidNotMatch")
  before(Object builder):
      (call(* feign.BaseBuilder+.build(..)) || call(* feign.BaseBuilder+.target(..)))
      && target(builder) {
    ThrottleCapability.addTo((BaseBuilder<?, ?>) builder);
  }
}
