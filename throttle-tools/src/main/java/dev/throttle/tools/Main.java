package dev.throttle.tools;

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
      "2:wrong usage, or a file that cannot be read; the others are listed"
    },
    exitCodeOnExecutionException = 2)
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
    List<String> problems = new ArrayList<>();
    Limits limits = new Limits(Module.findAll(paths, problems));
    if (!limits.modules().isEmpty() || problems.isEmpty()) {
      line.getOut().print(new Listing(limits, methods));
      line.getOut().flush();
    }
    problems.forEach(line.getErr()::println);
    if (!problems.isEmpty()) {
      return 2;
    }
    return limits.hasConflicts() ? 1 : 0;
  }

  /** Exits 0 if all was listed, 1 if definitions contradict each other, 2 if not all was read. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }
}
