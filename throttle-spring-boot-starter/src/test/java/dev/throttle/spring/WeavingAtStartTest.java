package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Throttle;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.GenericBeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** An annotated class keeps its limit if it is a bean; others have to be woven. */
@ExtendWith(OutputCaptureExtension.class)
class WeavingAtStartTest {

  static class Prices {
    @Throttle(value = "prices", limit = 1, period = "PT1H")
    public void quote() {}
  }

  public interface Rates {
    void rate();
  }

  /** Behind a proxy that shows its interface alone. */
  static class RatesOverHttp implements Rates {
    @Override
    @Throttle(value = "rates", limit = 1, period = "PT1H")
    public void rate() {}
  }

  static class NoBean {
    @Throttle(value = "no bean", limit = 1, period = "PT1H")
    public void call() {}
  }

  static final class UnwovenMarker {}

  @TempDir Path jar;

  private ApplicationContextRunner application(Class<?>... annotated) throws IOException {
    StringBuilder index = new StringBuilder("throttle-index\t2\n");
    for (Class<?> type : annotated) {
      index.append("method\tBODY\t").append(type.getName()).append("\tcall\t()V\ta\n");
    }
    index.append("marker\t").append(UnwovenMarker.class.getName()).append("\n");
    Path file = jar.resolve("META-INF/throttle/index.tsv");
    Files.createDirectories(file.getParent());
    Files.writeString(file, index);
    return Starter.application()
        .withClassLoader(
            new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader()))
        .withBean(Prices.class)
        .withBean(RatesOverHttp.class);
  }

  @Test
  void beans_need_no_weaving() throws IOException {
    application(Prices.class, RatesOverHttp.class)
        .withPropertyValues("throttle.weaving=fail", "spring.aop.proxy-target-class=false")
        .run(context -> assertThat(context).hasNotFailed().hasSingleBean(Rates.class));
  }

  @Test
  void a_class_that_is_no_bean_is_warned_of(CapturedOutput output) throws IOException {
    application(Prices.class, NoBean.class)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(output)
                  .contains("@Throttle has no effect on these classes")
                  .contains("nor are they beans that are throttled in this application context")
                  .contains("\n  " + NoBean.class.getName() + "\n")
                  .doesNotContain(Prices.class.getName());
            });
  }

  @Test
  void a_definition_whose_class_cannot_be_loaded_is_passed_over(CapturedOutput output)
      throws IOException {
    GenericBeanDefinition template = new GenericBeanDefinition();
    template.setBeanClassName("com.acme.Gone");
    template.setAbstract(true); // so that nothing else looks for its class
    application(Prices.class, NoBean.class)
        .withInitializer(
            context ->
                ((BeanDefinitionRegistry) context.getBeanFactory())
                    .registerBeanDefinition("template", template))
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(output)
                  .contains("\n  " + NoBean.class.getName() + "\n")
                  .doesNotContain("cannot be told");
            });
  }

  @Test
  void a_class_that_is_no_bean_stops_the_start_if_it_is_to() throws IOException {
    application(NoBean.class)
        .withPropertyValues("throttle.weaving=fail")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining(NoBean.class.getName()));
  }

  @Test
  void beans_without_our_advice_need_weaving() throws IOException {
    application(Prices.class)
        .withPropertyValues("throttle.weaving=fail", "throttle.advice.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .isInstanceOf(ThrottleConfigurationException.class)
                    .hasMessageContaining(Prices.class.getName()));
  }

  @Test
  void nobody_is_told_where_that_is_asked_for(CapturedOutput output) throws IOException {
    application(NoBean.class)
        .withPropertyValues("throttle.weaving=silent")
        .run(context -> assertThat(output).doesNotContain("@Throttle has no effect"));
  }
}
