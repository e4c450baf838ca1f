package dev.throttle.processor;

import static com.google.testing.compile.Compiler.javac;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.annotation.processing.Processor;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;
import javax.tools.StandardLocation;

/** One run of javac with our processor, and what came of it as text. */
record Build(Compilation compilation) {

  static Build of(String... sources) {
    return with(List.of(), List.of(new ThrottleProcessor()), sources);
  }

  static Build with(List<?> options, List<? extends Processor> processors, String... sources) {
    return new Build(
        javac()
            .withOptions(options)
            .withProcessors(processors)
            .compile(Stream.of(sources).map(Build::file).toList()));
  }

  /** Compiles with a class path that has what the earlier builds made, after our own. */
  static Build against(List<Path> dependencies, String... sources) {
    return with(List.of("-cp", classPath(dependencies)), List.of(new ThrottleProcessor()), sources);
  }

  static String classPath(List<Path> added) {
    List<String> paths = new ArrayList<>();
    added.forEach(path -> paths.add(path.toString()));
    paths.add(annotations().toString());
    return String.join(File.pathSeparator, paths);
  }

  static Path annotations() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(path -> path.toString().contains("throttle-annotations"))
        .findFirst()
        .orElseThrow();
  }

  /** Writes the classes and resources under the directory, as a jar unpacked. */
  Path writeTo(Path directory) throws IOException {
    for (JavaFileObject file : compilation.generatedFiles()) {
      String path = file.toUri().getPath();
      String root = "/" + StandardLocation.CLASS_OUTPUT.getName() + "/";
      if (path.startsWith(root)) {
        Path target = directory.resolve(path.substring(root.length()));
        Files.createDirectories(target.getParent());
        try (InputStream in = file.openInputStream()) {
          Files.write(target, in.readAllBytes());
        }
      }
    }
    return directory;
  }

  /** Returns what javac said, a line each: {@code PriceApi.java:6:20: error: message}. */
  List<String> messages() {
    return compilation.diagnostics().stream().map(Build::line).toList();
  }

  String resource(String path) throws IOException {
    try (InputStream in =
        compilation
            .generatedFile(StandardLocation.CLASS_OUTPUT, path)
            .orElseThrow(() -> new AssertionError(path + " is not among " + files()))
            .openInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  String index() throws IOException {
    return resource("META-INF/throttle/index.tsv");
  }

  /** Returns the paths of everything in the class output, sorted. */
  List<String> files() {
    return compilation.generatedFiles().stream()
        .map(file -> file.toUri().getPath())
        .filter(path -> path.startsWith("/CLASS_OUTPUT/"))
        .map(path -> path.substring("/CLASS_OUTPUT/".length()))
        .sorted()
        .toList();
  }

  static String line(Diagnostic<? extends JavaFileObject> diagnostic) {
    JavaFileObject source = diagnostic.getSource();
    String kind = diagnostic.getKind() == Diagnostic.Kind.ERROR ? "error" : "warning";
    String message = kind + ": " + diagnostic.getMessage(Locale.ROOT);
    if (source == null) {
      return message;
    }
    String path = source.toUri().getPath();
    return String.format(
        Locale.ROOT,
        "%s:%d:%d: %s",
        path.substring(path.lastIndexOf('/') + 1),
        diagnostic.getLineNumber(),
        diagnostic.getColumnNumber(),
        message);
  }

  static JavaFileObject file(String source) {
    if (source.lines().anyMatch(line -> line.startsWith("module "))) {
      return JavaFileObjects.forSourceString("module-info", source);
    }
    String home =
        source
            .lines()
            .filter(line -> line.startsWith("package "))
            .map(line -> line.substring("package ".length(), line.indexOf(';')) + ".")
            .findFirst()
            .orElse("");
    String name =
        source
            .lines()
            .filter(line -> line.matches("(\\w+ )*(@?interface|class|record|enum) .*"))
            .map(line -> line.replaceFirst("(\\w+ )*(@?interface|class|record|enum) ", ""))
            .map(line -> Arrays.asList(line.split("\\W")).get(0))
            .findFirst()
            .orElseThrow();
    return JavaFileObjects.forSourceString(home + name, source);
  }
}
