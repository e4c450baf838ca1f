package dev.throttle.processor;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.jspecify.annotations.Nullable;

/** javac as build tools run it, into a directory that may have the last build's output. */
record DiskBuild(Path output, List<String> messages) {

  static DiskBuild into(Path output, List<String> options, String... sources) {
    return by(new ThrottleProcessor(), output, options, sources);
  }

  /** Compiles with the processor, or those that javac itself finds. */
  static DiskBuild by(
      @Nullable Processor processor, Path output, List<String> options, String... sources) {
    List<String> all = new ArrayList<>(List.of("-d", output.toString()));
    all.addAll(options);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(said, Locale.ROOT, null)) {
      Files.createDirectories(output);
      JavaCompiler.CompilationTask task =
          compiler.getTask(
              null, files, said, all, null, Stream.of(sources).map(Build::file).toList());
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
