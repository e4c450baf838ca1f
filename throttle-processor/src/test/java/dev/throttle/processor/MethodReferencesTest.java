package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.annotation.processing.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** THROTTLE-040: what weaving cannot see, found in attributed trees. */
class MethodReferencesTest {

  private static final String API =
      """
      package api;

      import dev.throttle.annotation.Throttle;

      public interface Api {
        @Throttle(value = "one", limit = 1, period = "PT1S")
        String one(int id);

        String free(int id);

        @Throttle("one")
        default String body(int id) {
          return free(id);
        }
      }
      """;

  @Test
  void eachReference_isReportedOnce_atItsPlace_whereverItStands() {
    Build build =
        Build.of(
            API,
            user(
                """
                  Function<Integer, String> field = api::one;
                  BiFunction<Api, Integer, String> unbound = Api::one;

                  void local() {
                    Supplier<Function<Integer, String>> nested = () -> (api)::one;
                    new Object() {
                      final Function<Integer, String> inner = api::one;
                    };
                  }

                  class Inner {
                    Inner(Function<Integer, String> given) {}

                    Inner() {
                      this(User.api::one);
                    }
                  }
                """));

    assertThat(build.messages())
        .map(message -> message.replaceFirst("; or, if a client hook.*", ""))
        .containsExactly(
            "User.java:8:37: " + warning("User.field", "id -> api.one(id)"),
            "User.java:9:46: " + warning("User.unbound", "(api, id) -> api.one(id)"),
            "User.java:12:56: " + warning("User.local()", "id -> api.one(id)"),
            "User.java:14:47: " + warning("User.local()", "id -> api.one(id)"),
            "User.java:22:12: " + warning("User.Inner()", "id -> api.one(id)"));
  }

  @Test
  void methodsOfAClientLibrary_areLeftToItsHook() {
    Build build =
        Build.of(
            "package feign;\n\npublic @interface RequestLine {\n  String value();\n}\n",
            API.replace(
                "  String one(int id);", "  @feign.RequestLine(\"GET /\") String one(int id);"),
            user("  Function<Integer, String> field = api::one;"));

    assertThat(build.messages()).isEmpty();
  }

  private static String warning(String where, String lambda) {
    return "warning: [THROTTLE-040] Api::one on "
        + where
        + ": weaving cannot see calls by method reference, so these do not pass 'one'. Fix: write "
        + lambda;
  }

  @Test
  void otherReferences_areNotReported() {
    Build build =
        Build.of(
            API,
            user(
                """
                  Function<Integer, String> free = api::free;
                  Function<Integer, String> body = api::body;
                  Function<Integer, String> lambda = id -> api.one(id);
                  Supplier<Object> created = Object::new;
                  IntFunction<int[]> array = int[]::new;
                  Supplier<String> text = api::toString;
                """));

    assertThat(build.messages()).isEmpty();
  }

  @Test
  void annotationsOfTypes_applyAsTheyDoToCalls() {
    Build build =
        Build.of(
            """
            import dev.throttle.annotation.Throttle;

            @Throttle(value = "meta", limit = 1, period = "PT1S")
            @interface Meta {}
            """,
            """
            import java.util.function.*;

            class User<T extends User.Sub> {
              @Meta
              interface Base<K> {
                void call(K key);

                boolean equals(Object other);
              }

              @dev.throttle.annotation.Throttle(value = "sub", limit = 1, period = "PT1S")
              interface Sub extends Base<String>, Free {
                void own();
              }

              interface Free {
                void inherited();
              }

              void use(Base<String> base, Sub sub, T bound, Free free) {
                Consumer<String> a = base::call;
                Consumer<String> b = sub::call;
                Runnable c = bound::inherited;
                Runnable d = free::inherited;
                Predicate<Object> e = sub::equals;
              }
            }
            """);

    assertThat(build.messages())
        .map(message -> message.substring(0, message.indexOf(". Fix")))
        .containsExactly(
            "User.java:21:26: warning: [THROTTLE-040] Base::call on User.use(Base, Sub, T, Free):"
                + " weaving cannot see calls by method reference, so these do not pass 'meta'",
            "User.java:22:26: warning: [THROTTLE-040] Base::call on User.use(Base, Sub, T, Free):"
                + " weaving cannot see calls by method reference, so these do not pass 'sub' and"
                + " 'meta'",
            "User.java:23:18: warning: [THROTTLE-040] Free::inherited on User.use(Base, Sub, T, Free):"
                + " weaving cannot see calls by method reference, so these do not pass"
                + " 'sub'");
  }

  @Test
  void isSuppressed_onWhatIsAround_andOnWhatIsCalled() {
    String suppress = "@SuppressWarnings(\"THROTTLE-040\")\n";
    Build build =
        Build.of(
            API,
            API.replace("package api", "package quiet")
                .replace("public interface", suppress + "public interface")
                .replace("\"one\"", "\"quiet\""),
            user(
                suppress
                    + "  Function<Integer, String> field = api::one;\n"
                    + "  void local(quiet.Api quiet) {\n    "
                    + suppress
                    + "    Supplier<Function<Integer, String>> nested = () -> api::one;\n"
                    + "    Function<Integer, String> other = quiet::one;\n"
                    + "  }\n\n"
                    + suppress
                    + "  static class Inner { Function<Integer, String> field = api::one; }\n"));

    assertThat(build.messages()).isEmpty();
  }

  @Test
  void onlyTheFileThatChanged_isCompiled_theInterfaceIsAClassFile(@TempDir Path directory)
      throws IOException {
    Path api = Build.of(API).writeTo(directory);

    Build build =
        Build.against(List.of(api), user("  Function<Integer, String> field = api::one;\n"));

    assertThat(build.messages())
        .singleElement()
        .asString()
        .startsWith("User.java:8:37: warning: [THROTTLE-040] Api::one on User.field: ");
  }

  @Test
  void foundByTheServiceLoader_onAProcessorPath_inANamedModule(@TempDir Path output) {
    Path ours =
        classPath()
            .filter(path -> path.toString().contains("throttle-processor"))
            .filter(path -> path.endsWith("classes"))
            .findFirst()
            .orElseThrow();

    DiskBuild build =
        DiskBuild.by(
            null,
            output,
            List.of(
                "--module-path",
                Build.annotations().toString(),
                "--processor-path",
                ours + File.pathSeparator + Build.annotations()),
            "module shop {\n  requires dev.throttle.annotation;\n}\n",
            API,
            user("  Function<Integer, String> field = api::one;\n"));

    assertThat(build.messages())
        .singleElement()
        .asString()
        .startsWith("User.java:8:37: warning: [THROTTLE-040] Api::one on User.field: ");
  }

  @Test
  void codeThatDoesNotCompile_isLeftToJavac() {
    Build build =
        Build.of(
            API,
            user(
                """
                  Function<Integer, String> missing = api::two;
                  Function<Integer, String> unknown = nowhere::one;
                  Missing type = api::one;
                """));

    assertThat(build.messages()).isNotEmpty().noneMatch(message -> message.contains("THROTTLE-"));
  }

  @Test
  void besideLombok_andAfterRoundsOfOthers_isSaidOnce() throws ReflectiveOperationException {
    Build build =
        Build.with(
            List.of(),
            List.of(OtherProcessorsTest.lombok(), new ThrottleProcessor(), new Generator()),
            API,
            """
            @lombok.RequiredArgsConstructor
            class User {
              private final api.Api api;
              @lombok.Getter(lazy = true)
              private final java.util.function.IntFunction<String> one = api::one;

              void call() {
                lombok.val generated = new Generated();
                java.util.function.IntFunction<String> again = this.api::one;
              }
            }
            """);

    assertThat(build.messages())
        .filteredOn(message -> message.contains("THROTTLE-"))
        .map(message -> message.substring(0, message.indexOf(": weaving")))
        .containsExactlyInAnyOrder(
            "User.java:5:62: warning: [THROTTLE-040] Api::one on User.getOne()",
            "User.java:9:52: warning: [THROTTLE-040] Api::one on User.call()");
  }

  @Test
  void inAWrappedEnvironment_nothingIsSaidOfThem() {
    Build build =
        Build.with(
            List.of(),
            List.of(new WrappedProcessor(environment -> environment)),
            API,
            user("  Function<Integer, String> field = api::one;\n"));

    assertThat(build.messages()).isEmpty();
  }

  /** As on a Java without the module jdk.compiler, which Eclipse's compiler does not need. */
  @Test
  void withoutJavacsTrees_theRestIsSaid() throws ReflectiveOperationException, IOException {
    List<URL> paths = new ArrayList<>();
    for (Path path : classPath().toList()) {
      paths.add(path.toUri().toURL());
    }
    try (WithoutTrees loader = new WithoutTrees(paths)) {
      Processor processor =
          loader
              .loadClass(ThrottleProcessor.class.getName())
              .asSubclass(Processor.class)
              .getDeclaredConstructor()
              .newInstance();
      Build build =
          Build.with(
              List.of(),
              List.of(processor),
              API.replace("limit = 1", "limit = 0"),
              user("  Function<Integer, String> field = api::one;\n"));

      assertThat(build.messages())
          .singleElement()
          .asString()
          .startsWith(
              "Api.java:6:36: error: [THROTTLE-003] @Throttle(limit = 0) on Api.one(int): ");
    }
  }

  private static Stream<Path> classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of);
  }

  private static final class WithoutTrees extends URLClassLoader {

    WithoutTrees(List<URL> paths) {
      super(paths.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("com.sun.source.")) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }
  }

  private static String user(String members) {
    return """
    package user;

    import api.Api;
    import java.util.function.*;

    class User {
      static Api api;
    """
        + members
        + "}\n";
  }
}
