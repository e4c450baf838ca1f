package dev.throttle.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arrows between the modules point downward, and the names keep to their rules. */
class ArchitectureTest {

  private static final Pattern SPACE = Pattern.compile(" ");

  private static JavaClasses throttle;

  @BeforeAll
  static void readAllModulesOnTheClassPath() {
    throttle =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.throttle");
  }

  @Test
  void all_modules_are_read() {
    assertThat(throttle.contain("dev.throttle.annotation.Throttle")).isTrue();
    assertThat(throttle.contain("dev.throttle.core.TimeSource")).isTrue();
  }

  /**
   * One row a module: its package, then what of ours it may use. Modules not listed may use all.
   */
  @ParameterizedTest(name = "{0} uses only: {1}")
  @CsvSource(
      nullValues = "nothing",
      value = {
        "annotation, nothing",
        "processor, annotation",
        "core, annotation",
        "clients, annotation core",
        "kotlin, annotation core",
        "aspect, annotation core clients",
        "spring, annotation core clients aspect",
        "remote, annotation core",
        "test, annotation core",
        "tools, core",
      })
  void a_module_uses_only_what_lies_below_it(String module, String below) {
    String[] visible =
        Stream.concat(
                Stream.of(module), below == null ? Stream.empty() : SPACE.splitAsStream(below))
            .map(ArchitectureTest::packagesOf)
            .toArray(String[]::new);
    ArchRule rule =
        noClasses()
            .that()
            .resideInAPackage(packagesOf(module))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("dev.throttle..").and(not(resideInAnyPackage(visible))))
            .allowEmptyShould(true);
    rule.check(throttle);
  }

  @Test
  void core_stands_on_few_libraries() {
    classes()
        .that()
        .resideInAPackage("dev.throttle.core..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.throttle.core..",
            "dev.throttle.annotation..",
            "java..",
            "jdk.jfr..",
            "com.github.benmanes.caffeine..",
            "org.jspecify..",
            "org.slf4j..")
        .check(throttle);
  }

  @Test
  void annotations_stand_on_the_jdk_alone() {
    classes()
        .that()
        .resideInAPackage("dev.throttle.annotation..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.throttle.annotation..", "java..")
        .check(throttle);
  }

  @Test
  void packages_form_no_cycle() {
    slices().matching("dev.throttle.(**)").should().beFreeOfCycles().check(throttle);
  }

  @Test
  void a_package_is_an_idea_and_not_a_layer() {
    noClasses()
        .should()
        .resideInAnyPackage(
            "..impl..", "..internal..", "..util..", "..utils..", "..common..", "..manager..")
        .check(throttle);
  }

  @Test
  void a_class_name_says_what_the_class_is() {
    noClasses()
        .should()
        .haveSimpleNameEndingWith("Impl")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameStartingWith("Abstract")
        .check(throttle);
  }

  @Test
  void core_takes_its_time_from_the_time_source_alone() {
    noClasses()
        .that()
        .resideInAPackage("dev.throttle.core..")
        .and()
        .doNotHaveFullyQualifiedName("dev.throttle.core.SystemTime")
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Clock.class)
        .check(throttle);
  }

  private static String packagesOf(String module) {
    return "dev.throttle." + module + "..";
  }
}
