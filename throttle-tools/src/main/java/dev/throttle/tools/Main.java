package dev.throttle.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the limits of an application as a table. */
@Command(
    name = "throttle-tools",
    description =
        "Lists all limits that @Throttle declares in jars, class folders, Spring Boot jars and WARs,"
            + " and whether each jar was woven.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:listed",
      "1:listed, and a bucket is defined in different ways",
      "2:wrong usage, or a file that cannot be read"
    })
public final class Main implements Callable<Integer> {

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Says how it is used.")
  private boolean help;

  @Option(names = "--methods", description = "Lists the methods that pass each bucket.")
  private boolean methods;

  @Parameters(arity = "1..*", paramLabel = "PATH", description = "A jar, WAR or folder.")
  private List<Path> paths = new ArrayList<>();

  @Spec private CommandSpec spec = CommandSpec.create();

  private Main() {}

  static CommandLine commandLine() {
    return new CommandLine(new Main());
  }

  @Override
  public Integer call() {
    CommandLine line = spec.commandLine();
    try {
      Limits limits = new Limits(Module.findAll(paths));
      line.getOut().print(new Listing(limits, methods));
      line.getOut().flush();
      return limits.hasConflicts() ? 1 : 0;
    } catch (IOException | UncheckedIOException | IllegalStateException e) {
      line.getErr().println(e.getMessage());
      return 2;
    }
  }

  /** Exits 0 if all was listed, 1 if definitions contradict each other, 2 on bad usage. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }
}
