package dev.throttle.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.junit.platform.launcher.core.LauncherFactory;

class WeavingCheckTest {

  private final ClassLoader context = Thread.currentThread().getContextClassLoader();

  @TempDir Path classes;

  @BeforeEach
  void writeAnIndexOfClassesThatWereNotWoven() throws Exception {
    Path index = Files.createDirectories(classes.resolve("META-INF/throttle"));
    Files.writeString(
        index.resolve("index.tsv"),
        "throttle-index\t2\nmethod\tBODY\tcom.acme.Prices\tquote\t()V\ta\nmarker\t"
            + NotWoven.class.getName()
            + "\n");
  }

  @AfterEach
  void restore() {
    Thread.currentThread().setContextClassLoader(context);
    System.clearProperty("throttle.weaving");
  }

  @Test
  void a_session_fails_where_annotated_classes_were_not_woven() throws Exception {
    seeTheIndex();
    assertThatThrownBy(WeavingCheckTest::openAndCloseASession)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("@Throttle has no effect on these classes")
        .hasMessageContaining("com.acme.Prices")
        .hasMessageContaining("Fix: add the aspectj-maven-plugin");
  }

  @Test
  void a_session_without_an_index_opens() {
    assertThatCode(WeavingCheckTest::openAndCloseASession).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"warn", "silent"})
  void a_session_opens_where_that_is_asked_for(String setting) throws Exception {
    seeTheIndex();
    System.setProperty("throttle.weaving", setting);
    assertThatCode(WeavingCheckTest::openAndCloseASession).doesNotThrowAnyException();
  }

  @Test
  void an_application_with_the_starter_is_left_to_it() throws Exception {
    Path starter = Files.createDirectories(classes.resolve("dev/throttle/spring"));
    Files.createFile(starter.resolve("ThrottleAutoConfiguration.class"));
    seeTheIndex();
    assertThatCode(WeavingCheckTest::openAndCloseASession).doesNotThrowAnyException();
  }

  @Test
  void the_service_loader_finds_it() {
    assertThat(ServiceLoader.load(LauncherSessionListener.class))
        .hasAtLeastOneElementOfType(WeavingCheck.class);
  }

  private void seeTheIndex() throws Exception {
    Thread.currentThread()
        .setContextClassLoader(new URLClassLoader(new URL[] {classes.toUri().toURL()}, context));
  }

  private static void openAndCloseASession() {
    try (LauncherSession session = LauncherFactory.openSession()) {
      assertThat(session.getLauncher()).isNotNull();
    }
  }

  static final class NotWoven {}
}
