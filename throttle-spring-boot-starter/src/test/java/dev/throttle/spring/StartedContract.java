package dev.throttle.spring;

import dev.throttle.core.Buckets;
import dev.throttle.test.contract.HookContract;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * The contract of client hooks, for a client of an application as the starter wires it. Each test
 * has an application of its own, on the test's time.
 */
abstract class StartedContract extends HookContract {

  private final Class<?> source;
  private final Map<String, Object> properties = new TreeMap<>();
  private ConfigurableApplicationContext application;

  StartedContract(Class<?> source) {
    this.source = source;
    set("spring.main.banner-mode", "off");
    set("logging.level.root", "warn");
  }

  final void set(String property, String value) {
    properties.put(property, value);
  }

  @BeforeEach
  void startApplication() {
    application =
        new SpringApplicationBuilder(source)
            .web(WebApplicationType.NONE)
            .properties(properties)
            .initializers(starting -> addBuckets((GenericApplicationContext) starting))
            .run();
  }

  private void addBuckets(GenericApplicationContext starting) {
    starting.registerBean(
        Buckets.class,
        () ->
            Buckets.builder()
                .configuration(starting.getBean(dev.throttle.core.Configuration.class))
                .timeSource(time)
                .build());
  }

  @AfterEach
  void stopApplication() {
    application.close();
  }

  final <T> T bean(Class<T> type) {
    return application.getBean(type);
  }

  @Override
  protected boolean blocks() {
    return true;
  }

  @Override
  protected boolean cancelsRequests() {
    return true;
  }
}
