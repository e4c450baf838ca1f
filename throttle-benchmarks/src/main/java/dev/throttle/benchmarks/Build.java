package dev.throttle.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.aspectj.bridge.IMessage;
import org.aspectj.bridge.MessageHandler;

/** The ways of building a {@link GeneratedProject}, with the real javac and ajc. */
enum Build {
  PLAIN("javac"),
  PROCESSOR("javac, processor"),
  WOVEN("javac, processor, ajc");

  private final String label;

  Build(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  boolean isAnnotated() {
    return this != PLAIN;
  }

  /**
   * Builds in this JVM.
   *
   * @param sources all of them are compiled
   * @param aspects the folder with the compiled aspects
   * @throws IllegalStateException if a compiler finds mistakes
   */
  void run(Path sources, Path classes, Path aspects) throws IOException {
    compile(sources, classes);
    if (this == WOVEN) {
      weave(classes, aspects);
    }
  }

  private void compile(Path sources, Path classes) throws IOException {
    String classPath = System.getProperty("java.class.path");
    List<String> arguments =
        new ArrayList<>(
            List.of("--release", "17", "-cp", classPath, "-d", classes.toString(), "-nowarn"));
    if (this == PLAIN) {
      arguments.add("-proc:none");
    } else {
      arguments.addAll(
          List.of(
              "-processorpath",
              classPath,
              "-processor",
              "dev.throttle.processor.ThrottleProcessor"));
    }
    try (Stream<Path> files = Files.walk(sources)) {
      files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
    }
    int exit =
        ToolProvider.getSystemJavaCompiler()
            .run(null, System.err, System.err, arguments.toArray(new String[0]));
    if (exit != 0) {
      throw new IllegalStateException("javac failed with " + exit);
    }
  }

  /** As the plugin does it: in place. */
  private static void weave(Path classes, Path aspects) {
    MessageHandler messages = new MessageHandler();
    new org.aspectj.tools.ajc.Main()
        .run(
            new String[] {
              "-17",
              "-inpath",
              classes.toString(),
              "-d",
              classes.toString(),
              "-aspectpath",
              aspects.toString(),
              "-cp",
              System.getProperty("java.class.path")
            },
            messages);
    if (messages.hasAnyMessage(IMessage.ERROR, true)) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "ajc: %s", messages.getMessages(IMessage.ERROR, true)[0]));
    }
  }

  /** Builds once and prints the nanoseconds: for a JVM of its own, as a build has it. */
  static final class Fork {

    private Fork() {}

    /** Takes the name of a build, and the folders of {@link Build#run}. */
    public static void main(String[] args) throws IOException {
      long start = System.nanoTime();
      Build.valueOf(args[0]).run(Path.of(args[1]), Path.of(args[2]), Path.of(args[3]));
      System.out.println(System.nanoTime() - start);
    }
  }
}
