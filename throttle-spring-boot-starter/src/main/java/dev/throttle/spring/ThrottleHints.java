package dev.throttle.spring;

import dev.throttle.core.CallerContext;
import dev.throttle.core.NonBlockingThreads;
import dev.throttle.core.Sharing;
import dev.throttle.core.plan.ReturnType;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.util.ClassUtils;

/** What a native image needs that its builder cannot see. */
final class ThrottleHints implements RuntimeHintsRegistrar {

  @Override
  public void registerHints(RuntimeHints hints, @Nullable ClassLoader loader) {
    hints
        .resources()
        .registerPattern("META-INF/throttle/index.tsv")
        .registerPattern("throttle.properties");
    for (Class<?> service :
        new Class<?>[] {
          CallerContext.class, NonBlockingThreads.class, ReturnType.class, Sharing.class
        }) {
      hints.resources().registerPattern("META-INF/services/" + service.getName());
    }
    hints
        .resources()
        .registerPattern("META-INF/services/dev.throttle.remote.lease.LeaseStoreFactory");
    for (String builder :
        new String[] {
          "org.springframework.web.client.RestClient$Builder",
          "org.springframework.web.reactive.function.client.WebClient$Builder"
        }) {
      if (ClassUtils.isPresent(builder, loader)) {
        hints.proxies().registerJdkProxy(TypeReference.of(builder)); // for LateBuilder
      }
    }
  }
}
