package dev.throttle.aspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.Throttling;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.aspectj.bridge.IMessage;
import org.aspectj.bridge.MessageHandler;
import org.aspectj.tools.ajc.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the AspectJ compiler really leaves in a class file is what the check at start looks for,
 * whatever kind of advice it was.
 */
class LeftOutTest {

  private static final String MARKER =
      """
      package com.acme;
      public final class Prices_ThrottleWoven {
        static { woven(); }
        @dev.throttle.annotation.GeneratedWeavingMarker
        public static boolean woven() { return false; }
      }
      """;

  private static final String ONE_OF_EACH_KIND =
      """
      package com.acme;
      import dev.throttle.annotation.*;
      import java.util.concurrent.CompletableFuture;
      class Plain {
        @Throttle(value = "a", limit = 1, period = "PT1S") void call() {}
      }
      class Number {
        @Throttle(value = "a", limit = 1, period = "PT1S") private static int call() { return 1; }
      }
      class Later {
        @Throttle(value = "a", limit = 1, period = "PT1S")
        CompletableFuture<String> call() { return null; }
      }
      class Keyed {
        @Throttle(value = "b", limit = 1, period = "PT1S") void call(@ThrottleKey String key) {}
      }
      interface Default {
        @Throttle(value = "a", limit = 1, period = "PT1S") default void call() {}
      }
      @Throttle(value = "a", limit = 1, period = "PT1S") class Typed {
        void call() {}
      }
      """;

  private static final List<String> KINDS =
      List.of("Plain", "Number", "Later", "Keyed", "Default", "Typed");

  @TempDir Path sources;
  @TempDir Path compiled;
  @TempDir Path woven;

  private final ClassLoader context = Thread.currentThread().getContextClassLoader();

  @BeforeEach
  void compileAndWeave() throws Exception {
    Path marker = Files.writeString(sources.resolve("Prices_ThrottleWoven.java"), MARKER);
    Path classes = Files.writeString(sources.resolve("Kinds.java"), ONE_OF_EACH_KIND);
    String classPath = System.getProperty("java.class.path");
    int exit =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                List.of(
                        "-proc:none",
                        "--release",
                        "17",
                        "-cp",
                        classPath,
                        "-d",
                        compiled.toString(),
                        marker.toString(),
                        classes.toString())
                    .toArray(new String[0]));
    assertThat(exit).isZero();
    String aspects =
        Path.of(Plans.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    MessageHandler messages = new MessageHandler();
    new Main()
        .run(
            new String[] {
              "-17",
              "-inpath",
              compiled.toString(),
              "-d",
              woven.toString(),
              "-cp",
              classPath,
              "-aspectpath",
              aspects
            },
            messages);
    assertThat(messages.getMessages(IMessage.ERROR, true)).isEmpty();

    List<String> index = new ArrayList<>(List.of("throttle-index\t2"));
    KINDS.forEach(kind -> index.add("method\tBODY\tcom.acme." + kind + "\tcall\t()V\ta"));
    index.add("marker\tcom.acme.Prices_ThrottleWoven");
    Files.createDirectories(woven.resolve("META-INF/throttle"));
    Files.write(woven.resolve("META-INF/throttle/index.tsv"), index);
  }

  @AfterEach
  void restoreLoader() {
    Thread.currentThread().setContextClassLoader(context);
  }

  @Test
  void every_kind_of_woven_body_is_recognised_and_one_that_was_compiled_again_is_not()
      throws Exception {
    see(woven);
    assertThatCode(Throttling::requireWoven).doesNotThrowAnyException();

    for (String kind : KINDS) {
      String file = "com/acme/" + kind + ".class";
      byte[] ofTheWeaver = Files.readAllBytes(woven.resolve(file));
      Files.copy(compiled.resolve(file), woven.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      see(woven);
      assertThatThrownBy(Throttling::requireWoven)
          .hasMessageContaining("not woven:\n  com.acme." + kind + "\n");
      Files.write(woven.resolve(file), ofTheWeaver);
    }
  }

  private void see(Path classes) throws Exception {
    Thread.currentThread()
        .setContextClassLoader(new URLClassLoader(new URL[] {classes.toUri().toURL()}, context));
  }
}
