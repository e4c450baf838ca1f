package dev.throttle.processor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.annotation.processing.Processor;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.eclipse.jdt.internal.compiler.tool.EclipseCompiler;
import org.jspecify.annotations.Nullable;

/** javac as build tools run it, into a directory that may have the last build's output. */
record DiskBuild(Path output, List<String> messages) {

  static DiskBuild into(Path output, List<String> options, String... sources) {
    return by(new ThrottleProcessor(), output, options, sources);
  }

  /** Compiles with Eclipse's compiler, which insists on sources in files. */
  static DiskBuild byEclipse(Path directory, List<String> options, String... sources)
      throws IOException {
    List<Path> files = new ArrayList<>();
    for (String source : sources) {
      Path file = directory.resolve("src/" + Build.file(source).toUri().getSchemeSpecificPart());
      Files.createDirectories(file.getParent());
      files.add(Files.writeString(file, source));
    }
    JavaCompiler compiler = new EclipseCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      return by(
          compiler,
          new ThrottleProcessor(),
          directory.resolve("classes"),
          options,
          manager.getJavaFileObjectsFromPaths(files));
    }
  }

  /** Compiles with the processor, or those that javac itself finds. */
  static DiskBuild by(
      @Nullable Processor processor, Path output, List<String> options, String... sources) {
    return by(
        ToolProvider.getSystemJavaCompiler(),
        processor,
        output,
        options,
        Stream.of(sources).map(Build::file).toList());
  }

  private static DiskBuild by(
      JavaCompiler compiler,
      @Nullable Processor processor,
      Path output,
      List<String> options,
      Iterable<? extends JavaFileObject> sources) {
    List<String> all = new ArrayList<>(List.of("-d", output.toString()));
    all.addAll(options);
    DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(said, Locale.ROOT, null)) {
      Files.createDirectories(output);
      JavaCompiler.CompilationTask task =
          compiler.getTask(Writer.nullWriter(), files, said, all, null, sources);
      if (processor != null) {
        task.setProcessors(List.of(processor));
      }
      task.call();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new DiskBuild(output, said.getDiagnostics().stream().map(Build::line).toList());
  }

  String index() throws IOException {
    return Files.readString(output.resolve("META-INF/throttle/index.tsv"));
  }
}
