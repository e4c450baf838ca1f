package dev.throttle.processor;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.Filer;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.tools.StandardLocation;
import org.jspecify.annotations.Nullable;

/**
 * Checks every {@code @Throttle} of a compilation, its keys and costs, and writes the index of its
 * buckets and throttled methods; javac finds it by itself on the processor path.
 *
 * <p>Checks and index wait for the last round, when the sources that other processors generate are
 * there and their types are known. The marker class cannot wait: javac warns of classes generated
 * in the last round. So each round that brings throttled types, mostly there is but one, generates
 * a marker, and the classes of {@link Names}. Elements do not outlive their round, types are
 * therefore kept by name.
 *
 * <p>Every annotation is claimed to be of interest, and none is taken from other processors: which
 * annotations are meta-annotations of ours is not known before they are seen.
 */
public final class ThrottleProcessor extends AbstractProcessor {

  private record TypeName(String module, String canonicalName) {}

  private final Set<TypeName> compiled = new LinkedHashSet<>();
  private final Set<TypeName> seen = new LinkedHashSet<>();
  private final Set<String> markers = new TreeSet<>();
  private boolean markerRefused;
  private Names names;

  /** Creates the processor; for the service loader. */
  public ThrottleProcessor() {}

  @Override
  public synchronized void init(ProcessingEnvironment environment) {
    super.init(environment);
    names = new Names(environment);
    JavacTrees.ask(() -> MethodReferences.watch(environment));
  }

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return Set.of("*");
  }

  @Override
  public Set<String> getSupportedOptions() {
    return Set.of(Names.OPTION);
  }

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    Report report = new Report(processingEnv);
    try {
      if (round.processingOver()) {
        finish(report, round.errorRaised());
      } else {
        StaleClosures.delete(
            round.getRootElements(), processingEnv.getElementUtils(), processingEnv.getFiler());
        collect(annotations, round, report);
      }
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      report.internalError(e);
    }
    return false;
  }

  private void collect(
      Set<? extends TypeElement> annotations, RoundEnvironment round, Report report)
      throws IOException {
    ElementFilter.typesIn(round.getRootElements()).forEach(type -> compiled.add(nameOf(type)));
    Map<String, ThrottledType> fresh = new TreeMap<>();
    Elements elements = processingEnv.getElementUtils();
    for (TypeElement annotation : annotations) {
      if (Declarations.throttles(annotation) || Declarations.marksParameters(annotation)) {
        for (Element element : round.getElementsAnnotatedWith(annotation)) {
          TypeElement type = typeOf(element);
          if (type != null) {
            seen.add(nameOf(type));
            fresh.put(elements.getBinaryName(type).toString(), read(type));
          }
        }
      }
    }
    names.generate(fresh.values(), type -> compiled.contains(nameOf(type)), report);
    for (ThrottledType type : fresh.values()) {
      if (!type.methods().isEmpty()) {
        mark(type, report);
        return;
      }
    }
  }

  private void mark(ThrottledType first, Report report) throws IOException {
    Elements elements = processingEnv.getElementUtils();
    if (Marker.isPossible(first.type(), elements)) {
      markers.add(Marker.generate(first.type(), elements, processingEnv.getFiler()));
    } else if (!markerRefused) {
      markerRefused = true;
      ThrottledMethod method = first.methods().get(0);
      report.placement(
          Diagnostic.ANNOTATIONS_NOT_READABLE,
          method.method(),
          method.uses().get(0),
          "the package dev.throttle.annotation is not visible from here",
          "add 'requires dev.throttle.annotation;' to module-info.java, or the jar"
              + " throttle-annotations to the class path");
    }
  }

  // A meta-annotation may also stand where it throttles nothing: on a package, a field.
  private static @Nullable TypeElement typeOf(Element annotated) {
    Element element = annotated;
    if (element.getKind() == ElementKind.PARAMETER) {
      element = element.getEnclosingElement();
    }
    if (element instanceof ExecutableElement) {
      element = element.getEnclosingElement();
    }
    return element instanceof TypeElement type ? type : null;
  }

  private void finish(Report report, boolean errorRaised) throws IOException {
    new OverrideChecks(processingEnv, report).check(find(compiled).values());
    Map<String, ThrottledType> types = new TreeMap<>();
    find(seen).forEach((name, type) -> types.put(name, read(type)));
    if (types.isEmpty()) {
      return;
    }
    Dependencies dependencies =
        new Dependencies(
            processingEnv.getFiler(), seen.stream().anyMatch(name -> !name.module.isEmpty()));
    dependencies.deleteOutputOfLastBuild();
    Buckets buckets = new Buckets(dependencies, report);
    Keyed keyed = new Keyed(buckets, report);
    Elements elements = processingEnv.getElementUtils();
    new Checks(elements, processingEnv.getTypeUtils(), buckets, keyed, report)
        .check(types.values());
    if (!report.failed() && !errorRaised) {
      write(types.values(), buckets, keyed);
    }
  }

  private TypeName nameOf(TypeElement type) {
    return new TypeName(
        processingEnv.getElementUtils().getModuleOf(type).getQualifiedName().toString(),
        type.getQualifiedName().toString());
  }

  /** Returns the types by their binary names. */
  private SortedMap<String, TypeElement> find(Set<TypeName> names) {
    Elements elements = processingEnv.getElementUtils();
    SortedMap<String, TypeElement> types = new TreeMap<>();
    for (TypeName name : names) {
      TypeElement type =
          elements.getTypeElement(elements.getModuleElement(name.module), name.canonicalName);
      if (type != null) {
        types.put(elements.getBinaryName(type).toString(), type);
      }
    }
    return types;
  }

  private ThrottledType read(TypeElement type) {
    return ThrottledType.read(type, processingEnv.getElementUtils(), processingEnv.getTypeUtils());
  }

  private void write(Collection<ThrottledType> types, Buckets buckets, Keyed keyed)
      throws IOException {
    Elements elements = processingEnv.getElementUtils();
    Index index = new Index();
    for (ThrottledType type : types) {
      for (ThrottledMethod method : type.methods()) {
        index.addMethod(
            method.kind(),
            elements.getBinaryName(method.type()).toString(),
            method.method().getSimpleName().toString(),
            Descriptor.of(method.method(), elements, processingEnv.getTypeUtils()),
            method.buckets());
      }
    }
    for (Definition defined : buckets.definitions()) {
      Definition definition = defined.withKeyed(keyed.isKeyed(defined.name()));
      index.addBucket(definition);
      write(Index.bucketPath(definition.name()), Index.bucketText(definition));
    }
    markers.forEach(index::addMarker);
    if (!index.isEmpty()) {
      write(Index.PATH, index.text());
    }
  }

  private void write(String path, String text) throws IOException {
    Filer filer = processingEnv.getFiler();
    try (OutputStream out =
        filer.createResource(StandardLocation.CLASS_OUTPUT, "", path).openOutputStream()) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
