package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every diagnostic has its section, and what the page shows is what the compiler says. */
class DiagnosticsPageTest {

  /** Those that no snippet can provoke; each has a test class of its own. */
  private static final Set<Diagnostic> WITHOUT_SNIPPET =
      Set.of(
          Diagnostic.INTERNAL_ERROR,
          Diagnostic.ANNOTATIONS_NOT_READABLE,
          Diagnostic.UNKNOWN_INDEX_VERSION,
          Diagnostic.BAD_NAMES_OPTION);

  private final Map<String, DiagnosticsPage.Section> sections = DiagnosticsPage.sections();

  @Test
  void thePageHasOneSectionForEachDiagnostic() {
    assertThat(sections.keySet())
        .containsExactlyElementsOf(
            Arrays.stream(Diagnostic.values()).map(Diagnostic::id).sorted().toList());
  }

  @ParameterizedTest
  @EnumSource
  void wrongSnippet_saysTheMessageShown_once(Diagnostic diagnostic, @TempDir Path directory)
      throws IOException {
    DiagnosticsPage.Section section = sections.get(diagnostic.id());
    assertThat(section.message()).contains("[" + diagnostic.id() + "]");
    if (!WITHOUT_SNIPPET.contains(diagnostic)) {
      assertThat(build(section, "Wrong:", directory).messages()).containsExactly(section.message());
    }
  }

  @ParameterizedTest
  @EnumSource
  void rightSnippet_saysNothing(Diagnostic diagnostic, @TempDir Path directory) throws IOException {
    if (!WITHOUT_SNIPPET.contains(diagnostic)) {
      assertThat(build(sections.get(diagnostic.id()), "Right:", directory).messages()).isEmpty();
    }
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
