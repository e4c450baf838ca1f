package dev.throttle.aspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Throttling;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.aspectj.bridge.IMessage;
import org.aspectj.bridge.MessageHandler;
import org.aspectj.tools.ajc.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the AspectJ compiler says and does when it weaves a user's classes. */
class UsersBuildTest {

  @TempDir Path out;

  private String classPath = System.getProperty("java.class.path");

  @Test
  void saysNothing_whereNothingIsAnnotated() throws Exception {
    assertThat(weave("-inpath", location(Throttling.class))).isEmpty();
  }

  @Test
  void saysNothing_withoutFeignAndRetrofit() throws Exception {
    classPath =
        Arrays.stream(classPath.split(File.pathSeparator))
            .filter(entry -> !entry.matches(".*(feign|retrofit|okhttp|okio).*"))
            .collect(Collectors.joining(File.pathSeparator));
    Path annotated = Files.createDirectories(out.resolve("in/dev/throttle/aspect"));
    try (Stream<Path> classes =
        Files.list(Path.of(location(CallsTest.class)).resolve("dev/throttle/aspect"))) {
      for (Path file : (Iterable<Path>) classes::iterator) {
        if (file.getFileName().toString().startsWith("CallsTest")) {
          Files.copy(file, annotated.resolve(file.getFileName()));
        }
      }
    }
    assertThat(weave("-inpath", out.resolve("in").toString())).isEmpty();
    assertThat(weave("-showWeaveInfo", "-inpath", out.resolve("in").toString())).isNotEmpty();
  }

  @Test
  void saysNothing_aboutAnnotatedClasses() throws Exception {
    assertThat(weave("-inpath", location(UsersBuildTest.class))).isEmpty();
  }

  @Test
  void weavesWhatIsAnnotated_andNothingElse() throws Exception {
    assertThat(weave("-showWeaveInfo", "-inpath", location(UsersBuildTest.class)))
        .anyMatch(message -> message.contains("AnnotatedTypesTest$Client.three()"))
        .noneMatch(message -> message.contains("lambda$"))
        .noneMatch(message -> message.contains("AnnotatedTypesTest$Client$Nested"))
        .noneMatch(message -> message.contains("java.lang.Object BodiesTest$Annotated.next"))
        .noneMatch(message -> message.contains(".toString("))
        .noneMatch(message -> message.contains("AnnotatedTypesTest$Sub.another"));
  }

  private List<String> weave(String... arguments) throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of(
                "-17",
                "-d",
                out.toString(),
                "-cp",
                classPath,
                "-aspectpath",
                location(Plans.class)));
    all.addAll(Arrays.asList(arguments));
    MessageHandler messages = new MessageHandler();
    new Main().run(all.toArray(new String[0]), messages);
    List<String> said = new ArrayList<>();
    for (IMessage message : messages.getUnmodifiableListView()) {
      if (message.getKind() != IMessage.INFO) { // no user sees it
        said.add(message.getKind() + " " + message.getMessage());
      }
    }
    return said;
  }

  private static String location(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }
}
