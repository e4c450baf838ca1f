package dev.throttle.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Runs the benchmark that its first argument names. */
@Command(
    name = "benchmarks",
    description = "Throttle beside its peers.",
    scope = ScopeType.INHERIT,
    showDefaultValues = true,
    subcommands = {
      PermitCommand.class,
      WovenCommand.class,
      WeavingCommand.class,
      ComplianceCommand.class,
      ContendedCommand.class,
      WaitersCommand.class,
      MemoryCommand.class,
      SharedCommand.class,
      ChaosCommand.class,
      ChaosInstance.class
    })
public final class Main {

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Says what a command does.")
  private boolean help;

  private Main() {}

  static CommandLine commandLine() {
    return new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** Exits 0 if all went well, 1 if a promise was broken or something failed, 2 on bad usage. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }
}
