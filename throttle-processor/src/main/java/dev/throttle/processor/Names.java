package dev.throttle.processor;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.tools.StandardLocation;

/**
 * Generates, if asked by an option, a class with the names of its buckets for each package.
 *
 * <p>Sources may use the constants, so the class has to be there in the round after the one in
 * which the annotations are seen; a class cannot be generated twice, so what other processors
 * generate later into the same package is not in it.
 */
final class Names {

  /** The option whose value is the simple name of the class. */
  static final String OPTION = "throttle.names";

  /** Words that are names, but not of classes. */
  private static final Set<String> NO_CLASSES =
      Set.of("permits", "record", "sealed", "var", "yield");

  private final ProcessingEnvironment environment;
  private final Set<String> done = new HashSet<>();
  private boolean refused;

  Names(ProcessingEnvironment environment) {
    this.environment = environment;
  }

  /**
   * Generates the classes for the packages of the types, where they have none yet.
   *
   * @param isCompiledHere whether a type is among the sources
   */
  void generate(
      Collection<ThrottledType> types, Predicate<TypeElement> isCompiledHere, Report report)
      throws IOException {
    if (types.isEmpty() || !environment.getOptions().containsKey(OPTION)) {
      return;
    }
    String simpleName = environment.getOptions().get(OPTION);
    if (simpleName != null && isNameOfClass(simpleName)) {
      Map<String, String> defined = defined(types);
      for (List<ThrottledType> together : byPackage(types)) {
        generate(simpleName, together, defined, isCompiledHere, report);
      }
    } else if (!refused) {
      refused = true;
      report.option(
          Diagnostic.BAD_NAMES_OPTION,
          "-A" + OPTION + "=" + Objects.requireNonNullElse(simpleName, ""),
          "it must be the simple name of a class",
          "write for example -A" + OPTION + "=BucketNames");
    }
  }

  private static boolean isNameOfClass(String name) {
    return SourceVersion.isName(name) && !name.contains(".") && !NO_CLASSES.contains(name);
  }

  private void generate(
      String simpleName,
      List<ThrottledType> ofOnePackage,
      Map<String, String> defined,
      Predicate<TypeElement> isCompiledHere,
      Report report)
      throws IOException {
    TypeElement first = ofOnePackage.get(0).type();
    PackageElement home = environment.getElementUtils().getPackageOf(first);
    String name = NamesClass.qualified(home, simpleName);
    SortedMap<String, String> limits = new TreeMap<>();
    names(ofOnePackage)
        .forEach(bucket -> limits.put(bucket, defined.getOrDefault(bucket, "defined elsewhere")));
    if (limits.isEmpty() || !done.add(name)) {
      return;
    }
    if (isTaken(name, home, simpleName, isCompiledHere)) {
      report.option(
          Diagnostic.BAD_NAMES_OPTION,
          "-A" + OPTION + "=" + simpleName,
          "there is a class " + name + " already",
          "choose another name, for tests too, such as -A" + OPTION + "=TestBucketNames");
    } else {
      NamesClass.generate(simpleName, home, limits, first, environment);
    }
  }

  /** Returns the limits in words of the buckets that the types name, as far as they are known. */
  private Map<String, String> defined(Collection<ThrottledType> types) {
    Map<String, String> defined = new HashMap<>();
    types.stream()
        .flatMap(Names::declarations)
        .map(Definition::of)
        .flatMap(Stream::ofNullable)
        .forEach(definition -> defined.putIfAbsent(definition.name(), definition.inWords()));
    Dependencies dependencies = new Dependencies(environment.getFiler(), true);
    dependencies.deleteOutputOfLastBuild();
    names(types)
        .filter(bucket -> !defined.containsKey(bucket))
        .map(dependencies::find)
        .flatMap(Stream::ofNullable)
        .forEach(definition -> defined.putIfAbsent(definition.name(), definition.inWords()));
    return defined;
  }

  private static Stream<String> names(Collection<ThrottledType> types) {
    return types.stream()
        .flatMap(Names::declarations)
        .map(Declaration::name)
        .flatMap(Stream::ofNullable)
        .filter(AttributeChecks::isName);
  }

  private static Stream<Declaration> declarations(ThrottledType type) {
    return Stream.concat(
            type.uses().stream(), type.methods().stream().flatMap(method -> method.own().stream()))
        .map(Declarations.Use::declaration);
  }

  private Collection<List<ThrottledType>> byPackage(Collection<ThrottledType> types) {
    return types.stream()
        .collect(
            Collectors.groupingBy(
                type -> environment.getElementUtils().getPackageOf(type.type()),
                LinkedHashMap::new,
                Collectors.toList()))
        .values();
  }

  /** Says whether there is such a class, other than the one of the last build. */
  private boolean isTaken(
      String name, PackageElement home, String simpleName, Predicate<TypeElement> isCompiledHere) {
    Elements elements = environment.getElementUtils();
    TypeElement existing = elements.getTypeElement(elements.getModuleOf(home), name);
    return existing != null
        && (isCompiledHere.test(existing) || !isOutput(home, simpleName + ".class"));
  }

  private boolean isOutput(PackageElement home, String file) {
    try (InputStream in =
        environment
            .getFiler()
            .getResource(StandardLocation.CLASS_OUTPUT, home.getQualifiedName().toString(), file)
            .openInputStream()) {
      return in.read() >= 0;
    } catch (IOException e) {
      return false;
    }
  }
}
