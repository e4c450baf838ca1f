package dev.throttle.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What weaving costs: when a project is built, and when it starts. */
@Command(
    name = "weaving",
    description = "The time to build a generated project, and to call its methods the first time.")
final class WeavingCommand implements Callable<Integer> {

  private static final int QUICK_CLASSES = 200;
  private static final int QUICK_METHODS = 50;

  @Option(names = "--quick", description = "200 classes, two rounds: for a look.")
  private boolean quick;

  @Option(names = "--classes", description = "Classes of the project.")
  private int classes = 2_000;

  @Option(names = "--methods", description = "Throttled methods, one a class.")
  private int methods = 500;

  @Option(names = "--rounds", description = "Builds of each kind, taking turns.")
  private int rounds = 7;

  @Option(names = "--forks", description = "Starts of each kind, taking turns.")
  private int forks = 25;

  @Option(names = "--json", description = "Where the numbers go.")
  private Path json = Path.of("weaving.json");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    if (quick) {
      classes = Math.min(classes, QUICK_CLASSES);
      methods = Math.min(methods, QUICK_METHODS);
      rounds = Math.min(rounds, 2);
      forks = Math.min(forks, 3);
    }
    Path folder = Files.createTempDirectory("throttle-weaving");
    try {
      measure(folder);
    } finally {
      Folders.delete(folder);
    }
    return 0;
  }

  private void measure(Path folder) throws Exception {
    GeneratedProject project = project();
    for (Build build : Build.values()) {
      project.write(folder.resolve("sources-" + build), build.isAnnotated());
    }
    Aspects.copyTo(folder.resolve("aspects"));
    List<WeavingRow> builds = takeTurns("build", rounds, builds(folder));
    List<WeavingRow> starts = takeTurns("start", forks, starts(folder));
    System.out.println(Conditions.here());
    System.out.print(WeavingRow.table("build", builds));
    System.out.println();
    System.out.print(WeavingRow.table("first calls", starts));
    new Report(
            Conditions.here(),
            Map.of("classes", classes, "methods", methods, "rounds", rounds, "forks", forks),
            Stream.concat(builds.stream(), starts.stream()).toList())
        .write(json);
  }

  private GeneratedProject project() {
    try {
      return new GeneratedProject(classes, methods);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static List<WeavingRow> takeTurns(
      String what, int rounds, Map<String, Callable<Long>> kinds) throws Exception {
    Map<String, List<Long>> nanos = new LinkedHashMap<>();
    for (int i = 1; i <= rounds; i++) {
      for (Map.Entry<String, Callable<Long>> kind : kinds.entrySet()) {
        System.err.println(what + " " + i + " of " + rounds + ": " + kind.getKey());
        nanos.computeIfAbsent(kind.getKey(), any -> new ArrayList<>()).add(kind.getValue().call());
      }
    }
    return nanos.entrySet().stream().map(of -> WeavingRow.of(of.getKey(), of.getValue())).toList();
  }

  private static Map<String, Callable<Long>> builds(Path folder) {
    Map<String, Callable<Long>> kinds = new LinkedHashMap<>();
    for (Build build : Build.values()) {
      kinds.put(
          build.label(),
          () ->
              Forked.number(
                  "-cp",
                  System.getProperty("java.class.path"),
                  Build.Fork.class.getName(),
                  build.name(),
                  folder.resolve("sources-" + build).toString(),
                  emptied(folder.resolve("classes-" + build)).toString(),
                  folder.resolve("aspects").toString()));
    }
    return kinds;
  }

  private static Map<String, Callable<Long>> starts(Path folder) {
    Map<String, Callable<Long>> kinds = new LinkedHashMap<>();
    kinds.put("without Throttle", () -> start(folder, Build.PLAIN, "warn"));
    kinds.put("woven", () -> start(folder, Build.WOVEN, "warn"));
    kinds.put("woven, throttle.weaving=silent", () -> start(folder, Build.WOVEN, "silent"));
    return kinds;
  }

  private static long start(Path folder, Build build, String unwoven) throws Exception {
    return Forked.number(
        "-Dthrottle.weaving=" + unwoven,
        "-cp",
        folder.resolve("classes-" + build)
            + File.pathSeparator
            + System.getProperty("java.class.path"),
        GeneratedProject.MAIN);
  }

  private static Path emptied(Path folder) throws IOException {
    Folders.delete(folder);
    return Files.createDirectories(folder);
  }
}
