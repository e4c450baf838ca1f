package dev.throttle.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is printed of jars that are made here. */
class MainTest {

  private static final String INDEX = "META-INF/throttle/index.tsv";
  private static final String HEADER = "throttle-index\t2\n";
  private static final String USERS =
      "bucket\tapi.foo.com/users\t\t\ttrue\t100\tPT15M\tTOKEN_BUCKET\t40\t\t\t\n";
  private static final String API = "bucket\tapi.foo.com\t\t\tfalse\t10\tPT1S\t\t\t\t\t";
  private static final String AND_A_DAY = "\t1000\tP1D\t\t\t\tAmerica/New_York\t\n";

  private static final byte[] WOVEN = bytes("class dev/throttle/aspect/ThrottledBodies");
  private static final byte[] PLAIN = bytes("class");

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void a_jar_is_listed_with_limits_methods_and_weaving() throws IOException {
    String index =
        HEADER
            + API
            + AND_A_DAY
            + USERS
            + "method\tBODY\tcom.acme.Prices\tquote\t(Ljava/lang/String;J[I)V\tapi.foo.com\n"
            + "method\tINTERFACE\tcom.acme.FooApi\tuser\t()V\tapi.foo.com\tapi.foo.com/users\n"
            + "method\tINTERFACE\tcom.acme.FooApi\tpartner\t()V\tpartner\n"
            + "marker\tcom.acme.FooApi_ThrottleWoven\n";
    Path jar =
        jar(
            "app.jar",
            Map.of(
                INDEX,
                bytes(index),
                "com/acme/Prices.class",
                WOVEN,
                "com/acme/FooApi_ThrottleWoven.class",
                WOVEN));

    assertThat(run("--methods", jar)).isZero();
    assertThat(printed())
        .isEqualTo(
            """
            BUCKET  LIMITS  ALGORITHM  KEYED  METHODS  DEFINED IN
            api.foo.com  10 per second and 1000 in each day in America/New_York  sliding window, fixed window  no  2  app.jar
            api.foo.com/users  100 per 15 minutes, burst 40  token bucket  yes  1  app.jar
            partner  NOT DEFINED  -  -  1  code or configuration, if at all

            MODULE  WOVEN BY ITS BUILD
            app.jar  yes

            api.foo.com
              com.acme.FooApi.user()
              com.acme.Prices.quote(String, long, int[])

            api.foo.com/users
              com.acme.FooApi.user()

            partner
              com.acme.FooApi.partner()
            """);
  }

  @Test
  void jars_in_a_spring_boot_jar_and_in_a_war_are_looked_into() throws IOException {
    byte[] library =
        zip(
            Map.of(
                INDEX,
                bytes(HEADER + USERS + body("com.acme.Users") + "marker\tcom.acme.M\n"),
                "com/acme/Users.class",
                PLAIN,
                "com/acme/M.class",
                PLAIN));
    byte[] classes = bytes(HEADER + API + "\n");
    Path boot =
        jar(
            "boot.jar",
            Map.of("BOOT-INF/classes/" + INDEX, classes, "BOOT-INF/lib/library-1.jar", library));
    Path war =
        jar("app.war", Map.of("WEB-INF/classes/" + INDEX, classes, "WEB-INF/lib/l.jar", library));

    assertThat(run(boot, war)).isZero();
    assertThat(printed())
        .contains("  boot.jar!/BOOT-INF/classes, app.war!/WEB-INF/classes\n")
        .contains("  boot.jar!/BOOT-INF/lib/library-1.jar, app.war!/WEB-INF/lib/l.jar\n")
        .endsWith(
            """
            MODULE  WOVEN BY ITS BUILD
            boot.jar!/BOOT-INF/classes  nothing to weave
            boot.jar!/BOOT-INF/lib/library-1.jar  no
            app.war!/WEB-INF/classes  nothing to weave
            app.war!/WEB-INF/lib/l.jar  no
            """);
  }

  @Test
  void a_spring_boot_jar_has_its_index_at_the_root_and_its_classes_elsewhere() throws IOException {
    byte[] index = bytes(HEADER + USERS + body("com.acme.A") + "marker\tcom.acme.M\n");
    String classes = "BOOT-INF/classes/com/acme/";
    Path woven =
        jar(
            "woven.jar",
            Map.of(INDEX, index, classes + "A.class", WOVEN, classes + "M.class", WOVEN));
    Path plain =
        jar(
            "plain.jar",
            Map.of(INDEX, index, classes + "A.class", PLAIN, classes + "M.class", PLAIN));
    Path moved = jar("moved.jar", Map.of(INDEX, index));

    assertThat(run(woven, plain, moved)).isZero();
    assertThat(printed())
        .endsWith(
            """
            woven.jar  yes
            plain.jar  no
            moved.jar  unknown: its classes are not here
            """);
  }

  @Test
  void what_cannot_be_read_does_not_hide_the_others() throws IOException {
    jar("b.jar", Map.of(INDEX, bytes(HEADER + USERS)));
    Files.createFile(folder.resolve("a.jar"));
    Files.createSymbolicLink(folder.resolve("c.jar"), folder);

    assertThat(run(folder)).isEqualTo(2);
    assertThat(printed()).endsWith("b.jar  nothing to weave\n");
    assertThat(complaint()).startsWith("a.jar cannot be read: ").hasLineCount(1);
  }

  @Test
  void a_folder_of_jars_is_listed_in_the_order_of_their_names() throws IOException {
    jar("b.jar", Map.of(INDEX, bytes(HEADER + USERS)));
    jar("a.jar", Map.of(INDEX, bytes(HEADER + API + "\n")));
    jar("others.jar", Map.of("x", PLAIN));

    assertThat(run(folder)).isZero();
    assertThat(printed())
        .endsWith(
            """
            MODULE  WOVEN BY ITS BUILD
            a.jar  nothing to weave
            b.jar  nothing to weave
            """);
  }

  @Test
  void a_class_that_the_weaver_left_out_is_named() throws IOException {
    Path jar =
        jar(
            "app.jar",
            Map.of(
                INDEX,
                bytes(HEADER + body("com.acme.A") + body("com.acme.B") + "marker\tcom.acme.M\n"),
                "com/acme/A.class",
                WOVEN,
                "com/acme/B.class",
                PLAIN,
                "com/acme/M.class",
                WOVEN));

    assertThat(run(jar)).isZero();
    assertThat(printed()).endsWith("app.jar  all but com.acme.B\n");
  }

  @Test
  void definitions_that_contradict_each_other_are_flagged() throws IOException {
    Path one = jar("one.jar", Map.of(INDEX, bytes(HEADER + API + "\n")));
    Path other = jar("other.jar", Map.of(INDEX, bytes(HEADER + API + AND_A_DAY)));

    assertThat(run(one, other)).isEqualTo(1);
    assertThat(printed())
        .contains("api.foo.com  10 per second ")
        .contains("CONFLICT: one.jar\n")
        .contains("CONFLICT: other.jar\n")
        .contains(
            "\nbucket 'api.foo.com' is defined in two places, and not alike: as 10 per PT1S in");
  }

  @Test
  void what_the_processor_writes_is_listed() throws IOException {
    Path sources = Files.createDirectory(folder.resolve("sources"));
    Path classes = Files.createDirectory(folder.resolve("classes"));
    Path source = sources.resolve("Prices.java");
    Files.writeString(
        source,
        """
        package com.acme;
        import dev.throttle.annotation.Throttle;
        class Prices {
          @Throttle(value = "api.acme.com", limit = 5, period = "PT1M30S")
          void quote(String share) {}
        }
        """);
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    int exit =
        javac.run(
            null,
            null,
            null,
            "-d",
            classes.toString(),
            "-processor",
            "dev.throttle.processor.ThrottleProcessor",
            source.toString());
    assertThat(exit).isZero();

    assertThat(run("--methods", classes)).isZero();
    assertThat(printed())
        .contains("api.acme.com  5 per 1 minute 30 seconds  sliding window  no  1  classes\n")
        .contains("classes  no\n")
        .endsWith("\napi.acme.com\n  com.acme.Prices.quote(String)\n");
  }

  @Test
  void jars_without_an_index_have_no_limits() throws IOException {
    assertThat(run(jar("empty.jar", Map.of("x", PLAIN)))).isZero();
    assertThat(printed())
        .isEqualTo("No limits: nothing here has an index, which throttle-processor writes.\n");
  }

  @Test
  void a_path_that_is_not_there_is_refused() {
    assertThat(run(folder.resolve("nowhere.jar"))).isEqualTo(2);
    assertThat(complaint()).isEqualTo("there is no nowhere.jar.\n");
  }

  @Test
  void a_file_that_is_no_jar_is_refused() throws IOException {
    Path text = Files.writeString(folder.resolve("app.jar"), "text");
    assertThat(run(text)).isEqualTo(2);
    assertThat(complaint())
        .startsWith("app.jar cannot be read: it is neither a folder nor a jar: ");
  }

  @Test
  void an_index_that_cannot_be_read_is_named() throws IOException {
    Path jar = jar("app.jar", Map.of(INDEX, bytes("throttle-index\t1\n")));
    assertThat(run(jar)).isEqualTo(2);
    assertThat(complaint())
        .contains("cannot read app.jar!/META-INF/throttle/index.tsv, the index that");
  }

  @Test
  void no_path_at_all_shows_how_it_is_used() {
    assertThat(run()).isEqualTo(2);
    assertThat(complaint()).contains("Usage: throttle-tools [-h] [--methods] PATH...");
  }

  private int run(Object... arguments) {
    List<String> words = new ArrayList<>();
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return command.execute(words.toArray(new String[0]));
  }

  private String printed() {
    return withoutFolder(out);
  }

  private String complaint() {
    return withoutFolder(err);
  }

  /** Leaves out the temporary folder, and what aligns columns with its name. */
  private String withoutFolder(StringWriter text) {
    return text.toString()
        .replace(System.lineSeparator(), "\n")
        .replace(folder + "/", "")
        .replaceAll("(?<=\\S) {2,}", "  ");
  }

  private static String body(String type) {
    return "method\tBODY\t" + type + "\tcall\t()V\tapi.foo.com/users\n";
  }

  private Path jar(String name, Map<String, byte[]> entries) throws IOException {
    return Files.write(folder.resolve(name), zip(entries));
  }

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : new TreeMap<>(entries).entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
