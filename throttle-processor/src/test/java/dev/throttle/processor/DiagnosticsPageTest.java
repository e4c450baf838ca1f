package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.tools.Diagnostic.Kind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every diagnostic has its section, and what the page shows is what the compiler says. */
class DiagnosticsPageTest {

  /** Those that no snippet can provoke, and where they are compared with the page. */
  private static final Map<Diagnostic, Class<?>> WITHOUT_SNIPPET =
      Map.of(
          Diagnostic.INTERNAL_ERROR, ProcessorFailureTest.class,
          Diagnostic.ANNOTATIONS_NOT_READABLE, NamedModuleTest.class,
          Diagnostic.UNKNOWN_INDEX_VERSION, DependenciesTest.class,
          Diagnostic.BAD_NAMES_OPTION, NamesTest.class);

  /**
   * What Eclipse's compiler does not tell: the meaning of method references, and which elements of
   * annotations and components of records are annotated.
   */
  private static final Set<Diagnostic> JAVAC_ONLY =
      Set.of(
          Diagnostic.METHOD_REFERENCE, Diagnostic.ANNOTATION_ELEMENT, Diagnostic.RECORD_COMPONENT);

  private static final Path TESTS = Path.of("src/test/java/dev/throttle/processor");

  /** Those that have no place in a source. */
  private static final Set<Diagnostic> WITHOUT_PLACE =
      Set.of(Diagnostic.INTERNAL_ERROR, Diagnostic.BAD_NAMES_OPTION);

  private final Map<String, DiagnosticsPage.Section> sections = DiagnosticsPage.sections();

  @Test
  void thePageHasOneSectionForEachDiagnostic() {
    assertThat(sections.keySet())
        .containsExactlyElementsOf(
            Arrays.stream(Diagnostic.values()).map(Diagnostic::id).sorted().toList());
  }

  @Test
  void inventory_eachDiagnosticIsTestedByItsWholeText_place_andCount() throws IOException {
    int mentions = 0;
    for (Diagnostic diagnostic : Diagnostic.values()) {
      DiagnosticsPage.Section section = sections.get(diagnostic.id());
      String kind = diagnostic.kind() == Kind.ERROR ? "error" : "warning";
      String place = WITHOUT_PLACE.contains(diagnostic) ? "" : "\\w+\\.java:\\d+:\\d+: ";
      assertThat(section.message())
          .matches(place + kind + ": \\[" + diagnostic.id() + "] .+ Fix: .+\\.");
      Class<?> test = WITHOUT_SNIPPET.get(diagnostic);
      if (test == null) {
        assertThat(section.sources("Wrong:")).as(diagnostic.id()).isNotEmpty();
        assertThat(section.sources("Right:")).as(diagnostic.id()).isNotEmpty();
      } else {
        assertThat(Files.readString(TESTS.resolve(test.getSimpleName() + ".java")))
            .contains("DiagnosticsPage.sections().get(\"" + diagnostic.id() + "\").message()");
      }
      mentions += mentions(diagnostic);
    }
    System.out.printf(
        Locale.ROOT,
        "%d diagnostics, each compared with its section of the page; %d times more in other tests%n",
        Diagnostic.values().length,
        mentions);
  }

  private static int mentions(Diagnostic diagnostic) throws IOException {
    Pattern id = Pattern.compile(diagnostic.id() + "|\\| " + diagnostic.id().substring(9) + " \\|");
    int mentions = 0;
    try (DirectoryStream<Path> tests = Files.newDirectoryStream(TESTS, "*Test.java")) {
      for (Path test : tests) {
        mentions += (int) id.matcher(Files.readString(test)).results().count();
      }
    }
    return mentions;
  }

  @ParameterizedTest
  @EnumSource
  void wrongSnippet_saysTheMessageShown_once(Diagnostic diagnostic, @TempDir Path directory)
      throws IOException {
    DiagnosticsPage.Section section = sections.get(diagnostic.id());
    assertThat(section.message()).contains("[" + diagnostic.id() + "]");
    if (!WITHOUT_SNIPPET.containsKey(diagnostic)) {
      assertThat(build(section, "Wrong:", directory).messages()).containsExactly(section.message());
    }
  }

  @ParameterizedTest
  @EnumSource
  void rightSnippet_saysNothing(Diagnostic diagnostic, @TempDir Path directory) throws IOException {
    if (!WITHOUT_SNIPPET.containsKey(diagnostic)) {
      assertThat(build(sections.get(diagnostic.id()), "Right:", directory).messages()).isEmpty();
    }
  }

  /** But for the columns, and for what it cannot know. */
  @Tag("once")
  @ParameterizedTest
  @EnumSource
  void eclipseSaysTheSame(Diagnostic diagnostic, @TempDir Path directory) throws IOException {
    if (!WITHOUT_SNIPPET.containsKey(diagnostic)) {
      DiagnosticsPage.Section section = sections.get(diagnostic.id());
      assertThat(ofEclipse(section, "Wrong:", directory))
          .isEqualTo(
              JAVAC_ONLY.contains(diagnostic)
                  ? List.of()
                  : List.of(section.message().replaceFirst("(:\\d+):\\d+:", "$1:")));
      assertThat(ofEclipse(section, "Right:", directory)).isEmpty();
    }
  }

  private static List<String> ofEclipse(
      DiagnosticsPage.Section section, String part, Path directory) throws IOException {
    List<Path> dependencies = new ArrayList<>();
    String[] dependency = section.sources("In a dependency:");
    if (dependency.length > 0) {
      dependencies.add(Build.of(dependency).writeTo(directory.resolve("dependency")));
    }
    return DiskBuild.byEclipse(
            directory.resolve(part.replace(":", "")),
            List.of("--release", "17", "-cp", Build.classPath(dependencies)),
            section.sources(part))
        .messages()
        .stream()
        .filter(message -> message.contains("[THROTTLE-"))
        .map(message -> message.replaceFirst("(:\\d+):-?\\d+:", "$1:"))
        .toList();
  }

  private static Build build(DiagnosticsPage.Section section, String part, Path directory)
      throws IOException {
    assertThat(section.sources(part)).isNotEmpty();
    String[] dependency = section.sources("In a dependency:");
    return dependency.length == 0
        ? Build.of(section.sources(part))
        : Build.against(List.of(Build.of(dependency).writeTo(directory)), section.sources(part));
  }
}
