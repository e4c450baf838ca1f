package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.Configuration.Setting;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which sources there are, and which of them counts. */
class ConfigurationLoadTest {

  private static final String USERS = "throttle.buckets.api.foo.com/users.";
  private static final String USERS_VARIABLE = "THROTTLE_BUCKETS_API_FOO_COM_USERS_";

  @TempDir Path folder;

  private final Properties system = new Properties();
  private final Map<String, String> environment = new HashMap<>();

  private Configuration load(String... jars) throws IOException {
    List<URL> urls = new ArrayList<>();
    for (String jar : jars) {
      urls.add(folder.resolve(jar).toUri().toURL());
    }
    try (URLClassLoader loader = new URLClassLoader(urls.toArray(new URL[0]), null)) {
      return Configuration.load(loader, system, environment);
    }
  }

  private String file(String jar, String... lines) throws IOException {
    Path file = Files.createDirectories(folder.resolve(jar)).resolve("throttle.properties");
    Files.writeString(file, String.join("\n", lines) + "\n");
    return file.toUri().toURL().toString();
  }

  private void index(String jar, String... buckets) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String bucket : buckets) {
      lines.append("bucket\t").append(bucket).append("\t\t\t\t9\tPT1S\t\t\t\t\t\n");
    }
    indexOf(jar, lines.toString());
  }

  private void indexOf(String jar, String lines) throws IOException {
    Path folderOfIndex = Files.createDirectories(folder.resolve(jar + "META-INF/throttle"));
    Files.writeString(folderOfIndex.resolve("index.tsv"), "throttle-index\t2\n" + lines);
  }

  @Test
  void nothing_anywhere_says_nothing() throws IOException {
    assertThat(load().bucketNames()).isEmpty();
    assertThatCode(() -> Configuration.load(getClass().getClassLoader()))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest(name = "file {0}, environment {1}, system {2}: {3}")
  @CsvSource({
    "1, , , 1 throttle.properties",
    " , 2, , ",
    "1, 2, , 2 environment variable",
    "1, , 3, 3 system property",
    " , 2, 3, 3 system property",
    "1, 2, 3, 3 system property",
  })
  void system_properties_go_before_the_environment_and_that_before_the_file(
      String ofFile, String ofEnvironment, String ofSystem, String expected) throws IOException {
    index("app/", "api.foo.com/users");
    String url = file("app/", ofFile == null ? "" : USERS + "limit=" + ofFile);
    if (ofEnvironment != null) {
      environment.put(USERS_VARIABLE + "LIMIT", ofEnvironment);
      environment.put("THROTTLE_ENABLED", "false");
    }
    if (ofSystem != null) {
      system.put(USERS + "limit", ofSystem);
      system.put("throttle.enabled", "true");
    }
    Configuration loaded = load("app/");
    Setting limit = loaded.settings("api.foo.com/users").get("limit");
    assertThat(limit.value() + " " + limit.origin().replace(url, "throttle.properties"))
        .isEqualTo(expected == null ? "2 environment variable" : expected);
    assertThat(loaded.isEnabled()).isEqualTo(ofEnvironment == null || ofSystem != null);
  }

  @ParameterizedTest(name = "file {0}, environment {1}, system {2}: {3}")
  @CsvSource({
    "foo.com/file, , , foo.com/file",
    "foo.com/file, foo.com/environment, , foo.com/environment",
    "foo.com/file, foo.com/environment, foo.com/system, foo.com/system",
    "foo.com/file, , none, ",
  })
  void uris_come_from_the_last_source_that_has_any(
      String ofFile, String ofEnvironment, String ofSystem, String expected) throws IOException {
    file("app/", USERS + "limit=1", USERS + "period=PT1S", USERS + "uri=" + ofFile);
    if (ofEnvironment != null) {
      environment.put(USERS_VARIABLE + "URI", ofEnvironment);
    }
    if (ofSystem != null) {
      system.put(USERS + "uri", ofSystem);
    }
    assertThat(load("app/").uris("api.foo.com/users"))
        .containsExactlyElementsOf(expected == null ? List.of() : List.of(UriPattern.of(expected)));
  }

  @Test
  void two_files_may_say_the_same_uri_in_other_words_but_not_another() throws IOException {
    file("app/", USERS + "limit=1", USERS + "period=PT1S", USERS + "uri=foo.com/users");
    String url = file("lib/", USERS + "uri=FOO.com/users/");
    assertThat(load("app/", "lib/").uris("api.foo.com/users")).hasSize(1);
    file("lib/", USERS + "uri=foo.com/users/*");
    assertThatThrownBy(() -> load("app/", "lib/"))
        .hasMessageStartingWith(
            USERS
                + "uri=foo.com/users/* ("
                + url
                + "): contradicts "
                + USERS
                + "uri=foo.com/users");
  }

  @Test
  void a_wrong_uri_is_refused_with_file_key_and_value_and_no_word_of_backslashes()
      throws IOException {
    String url = file("app/", USERS + "uri=https://api.foo.com:8443/users");
    assertThatThrownBy(() -> load("app/"))
        .hasMessage(
            USERS
                + "uri=https://api.foo.com:8443/users ("
                + url
                + "): uri must be without its scheme, such as api.foo.com/users/**, but was"
                + " 'https://api.foo.com:8443/users'.");
  }

  @Test
  void elements_of_one_bucket_may_come_from_different_sources() throws IOException {
    file(
        "app/",
        USERS + "limit=100",
        USERS + "period=PT1M",
        USERS + "also.1.limit=1000",
        USERS + "also.1.period=P1D");
    environment.put(USERS_VARIABLE + "MAX_WAIT", "PT5S");
    environment.put(USERS_VARIABLE + "ALSO_1_COUNTED_WITHIN", "PT2S");
    system.put(USERS + "limit", "50");
    Map<String, String> origins = new TreeMap<>();
    load("app/")
        .settings("api.foo.com/users")
        .forEach((element, setting) -> origins.put(element, setting.origin()));
    String url = folder.resolve("app/throttle.properties").toUri().toURL().toString();
    assertThat(origins)
        .containsExactly(
            Map.entry("also.1.countedWithin", "environment variable"),
            Map.entry("also.1.limit", url),
            Map.entry("also.1.period", url),
            Map.entry("limit", "system property"),
            Map.entry("maxWait", "environment variable"),
            Map.entry("period", url));
  }

  @Test
  void a_wrong_value_is_refused_although_another_source_overrides_it() throws IOException {
    String url = file("app/", USERS + "limit=many");
    system.put(USERS + "limit", "5");
    assertThatThrownBy(() -> load("app/"))
        .hasMessage(
            USERS
                + "limit=many ("
                + url
                + "): limit must be a whole number of at least 1, such as 100, but was 'many'.");
  }

  @ParameterizedTest
  @CsvSource({
    "http\\://foo.com\\:80/a\\ b\\=c.limit, http://foo.com:80/a b=c",
    "caf\u00e9.limit, caf\u00e9",
    "caf\\u00e9.limit, caf\u00e9",
    "a\\\\b.limit, a\\b",
    "\\#1.limit, #1",
  })
  void names_are_escaped_as_in_any_properties_file(String key, String name) throws IOException {
    file("app/", "throttle.buckets." + key + " = 5");
    assertThat(load("app/").bucketNames()).containsExactly(name);
  }

  @Test
  void an_escape_that_is_none_is_refused_with_the_file() throws IOException {
    String url = file("app/", "throttle.buckets.a.limit=\\u00zz");
    assertThatThrownBy(() -> load("app/"))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("cannot read " + url + ": Malformed \\uxxxx encoding.");
  }

  @Test
  void two_files_make_one_configuration() throws IOException {
    file("one/", USERS + "limit=100", USERS + "period=PT60S");
    file("two/", USERS + "maxWait=PT1S", USERS + "limit=100", "throttle.buckets.b.limit=5");
    assertThat(load("one/", "two/").settings("api.foo.com/users"))
        .containsOnlyKeys("limit", "period", "maxWait");
  }

  @Test
  void two_files_that_disagree_are_refused_with_both() throws IOException {
    String one = file("one/", USERS + "limit=100", "throttle.enabled=true");
    String two = file("two/", USERS + "limit=200", "throttle.enabled=false");
    system.put(USERS + "limit", "300");
    assertThatThrownBy(() -> load("one/", "two/"))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("2 settings are wrong:\n")
        .hasMessageContaining(
            "\n  "
                + USERS
                + "limit=200 ("
                + two
                + "): contradicts "
                + USERS
                + "limit=100 ("
                + one
                + "). Keep one of them; to override it, use the environment or a system property.")
        .hasMessageContaining(
            "\n  throttle.enabled=false ("
                + two
                + "): contradicts throttle.enabled=true ("
                + one
                + "). Keep one of them; to override it, use the environment or a system property.");
  }

  @Test
  void a_file_that_contradicts_itself_is_refused() throws IOException {
    String url = file("app/", USERS + "limit=100", USERS + "limit=200");
    assertThatThrownBy(() -> load("app/"))
        .hasMessage(
            USERS
                + "limit=200 ("
                + url
                + "): contradicts "
                + USERS
                + "limit=100 ("
                + url
                + "). Keep one of them; to override it, use the environment or a system property.");
  }

  @ParameterizedTest(name = "file {0}, environment {1}, system {2}: {3}")
  @CsvSource({
    " , , , FAIL",
    "warn, , , WARN",
    "warn, fail, , FAIL",
    "warn, fail, silent, SILENT",
  })
  void what_is_done_about_unwoven_classes_comes_from_the_last_source_that_says_it(
      String ofFile, String ofEnvironment, String ofSystem, Unwoven expected) throws IOException {
    file("app/", ofFile == null ? "" : "throttle.weaving=" + ofFile);
    if (ofEnvironment != null) {
      environment.put("THROTTLE_WEAVING", ofEnvironment);
    }
    if (ofSystem != null) {
      system.put("throttle.weaving", ofSystem);
    }
    assertThat(load("app/").unwoven(Unwoven.FAIL)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void an_empty_variable_of_the_process_is_as_good_as_none(String empty) throws IOException {
    file("app/", "throttle.weaving=warn", "throttle.enabled=false");
    environment.put("THROTTLE_WEAVING", empty);
    environment.put("THROTTLE_ENABLED", empty);
    assertThat(load("app/").unwoven(Unwoven.FAIL)).isEqualTo(Unwoven.WARN);
    assertThat(load("app/").isEnabled()).isFalse();
  }

  @Test
  void a_file_may_hold_nothing_else() throws IOException {
    String url = file("app/", "throttle.metrics.enabled=true");
    assertThatThrownBy(() -> load("app/"))
        .hasMessage(
            "throttle.metrics.enabled=true ("
                + url
                + "): unknown key; there are throttle.enabled, throttle.weaving, throttle.shared and"
                + " throttle.buckets.NAME.ELEMENT.");
  }

  @Test
  void what_others_have_in_the_environment_and_the_system_properties_is_theirs()
      throws IOException {
    system.put("throttle.metrics.enabled", "true");
    system.put("throttle", "x");
    environment.put("THROTTLE_HOME", "/opt");
    environment.put("THROTTLE_PORT", "tcp://10.0.0.1:80");
    environment.put("THROTTLE", "x");
    assertThat(load().bucketNames()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "throttle.enable",
    "throttle.weeving",
    "throttle.bucket.a.limit",
    "throttle.Enabled",
  })
  void a_misspelt_system_property_is_refused(String key) {
    system.put(key, "5");
    assertThatThrownBy(this::load)
        .hasMessage(
            key
                + "=5 (system property): unknown key; there are throttle.enabled, throttle.weaving, throttle.shared"
                + " and throttle.buckets.NAME.ELEMENT.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "THROTTLE_ENABELD|unknown variable; there are THROTTLE_ENABLED,"
            + " THROTTLE_WEAVING, THROTTLE_SHARED and THROTTLE_BUCKETS_NAME_ELEMENT.",
        "THROTTLE_BUCKET_A_B_LIMIT|unknown variable; there are THROTTLE_ENABLED,"
            + " THROTTLE_WEAVING, THROTTLE_SHARED and THROTTLE_BUCKETS_NAME_ELEMENT.",
        "THROTTLE_BUCKETS_LIMIT|the variable names no bucket; write"
            + " THROTTLE_BUCKETS_NAME_ELEMENT.",
        "THROTTLE_BUCKETS_A_B_LIMMIT|unknown element 'LIMMIT'. Did you mean 'LIMIT'?",
        "THROTTLE_BUCKETS_A_B_MAXWAIT|unknown element 'MAXWAIT'. Did you mean 'MAX_WAIT'?",
        "THROTTLE_BUCKETS_A_B_MAX_WIAT|unknown element 'MAX_WIAT'. Did you mean 'MAX_WAIT'?",
        "THROTTLE_BUCKETS_A_B_RATE|unknown element 'RATE'; there are LIMIT, PERIOD,"
            + " ALGORITHM, BURST, OFFSET, ZONE, COUNTED_WITHIN, RESERVE, GUARD, MAX_HOLD,"
            + " MAX_QUEUE, MAX_KEYS, MODE, HEED_SIGNALS, SHARED, MAX_WAIT, COST, PRIORITY, FAIR_BY, URI.",
        "THROTTLE_BUCKETS_A_B_LIMIT|limit must be a whole number of at least 1, such as 100, but"
            + " was 'x'.",
        "THROTTLE_BUCKETS_A_B_ALSO_1_COST|cost is the bucket's, not that of one of its limits."
            + " Leave out 'also' and its number.",
        "THROTTLE_BUCKETS_A_BB_LIMIT|no bucket has this name. An environment variable changes those"
            + " that an annotation, a system property or throttle.properties names. Did you mean"
            + " 'A_B'?",
        "THROTTLE_BUCKETS_OTHER_LIMIT|no bucket has this name. An environment variable changes those"
            + " that an annotation, a system property or throttle.properties names.",
        "THROTTLE_ENABLED|must be true or false, but was 'x'.",
        "THROTTLE_WEAVING|must be fail, warn or silent, but was 'x'.",
      })
  void a_wrong_environment_variable_is_refused(String variable, String why) throws IOException {
    index("app/", "a.b", "c");
    environment.put(variable, "x");
    assertThatThrownBy(() -> load("app/"))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(variable + "=x (environment variable): " + why);
  }

  @Test
  void a_variable_that_fits_two_buckets_is_refused() throws IOException {
    index("app/", "api.foo.com/users", "api.foo.com.users");
    environment.put(USERS_VARIABLE + "LIMIT", "5");
    assertThatThrownBy(() -> load("app/"))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            USERS_VARIABLE
                + "LIMIT=5 (environment variable): the name may be that of the buckets"
                + " 'api.foo.com.users' and 'api.foo.com/users'. Use a system property or"
                + " throttle.properties, which have names as they are.");
  }

  @Test
  void a_variable_may_be_of_a_bucket_that_only_a_system_property_names() throws IOException {
    system.put("throttle.buckets.caf\u00e9.limit", "7");
    environment.put("THROTTLE_BUCKETS_CAF__PERIOD", "PT1S");
    assertThat(load().settings("caf\u00e9")).containsOnlyKeys("limit", "period");
  }

  @Test
  void names_are_checked_where_there_is_an_index() throws IOException {
    String url = file("app/", "throttle.buckets.api.foo.com/usres.limit=5");
    assertThatCode(() -> load("app/")).doesNotThrowAnyException();
    index("lib/", "api.foo.com", "api.foo.com/users");
    assertThatThrownBy(() -> load("app/", "lib/"))
        .hasMessage(
            "throttle.buckets.api.foo.com/usres.limit=5 ("
                + url
                + "): there is no bucket 'api.foo.com/usres'. Did you mean 'api.foo.com/users'? One"
                + " that only the configuration knows needs limit and period.");
  }

  @Test
  void a_name_that_a_method_only_mentions_is_known() throws IOException {
    file("app/", "throttle.buckets.mentioned.maxWait=PT1S");
    index("app/", "a");
    Files.writeString(
        folder.resolve("app/META-INF/throttle/index.tsv"),
        "throttle-index\t2\nmethod\tBODY\tcom.acme.Prices\tquote\t()V\ta\tmentioned\n");
    assertThat(load("app/").bucketNames()).containsExactly("mentioned");
  }

  @Test
  void what_no_limit_can_be_made_of_is_refused_at_once() throws IOException {
    index("app/", "a");
    String url =
        file(
            "app/",
            "throttle.buckets.a.zone=UTC",
            "throttle.buckets.b.limit=5",
            "throttle.buckets.b.period=PT0S",
            "throttle.buckets.b.countedWithin=PT1S");
    assertThatThrownBy(() -> load("app/"))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            ("2 settings are wrong:\n"
                    + "  bucket 'a': zone belongs to a calendar quota such as P1D, but period was"
                    + " PT1S. Leave it out. The configuration says throttle.buckets.a.zone=UTC"
                    + " (URL).\n"
                    + "  bucket 'b': countedWithin has no meaning for a limit of concurrency (period"
                    + " PT0S): a call counts until it is complete. Leave one of them out. The"
                    + " configuration says throttle.buckets.b.limit=5 (URL),"
                    + " throttle.buckets.b.period=PT0S (URL),"
                    + " throttle.buckets.b.countedWithin=PT1S (URL).")
                .replace("URL", url));
  }

  @Test
  void a_framework_has_its_say_between_files_and_environment_and_after_all() throws IOException {
    file("app/", USERS + "limit=1", USERS + "period=PT1S", USERS + "burst=none");
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.resolve("app/").toUri().toURL()}, null)) {
      List<Setting> settings =
          List.of(
              new Setting("application.yaml", USERS + "limit", "2"),
              new Setting("application.yaml", USERS + "maxWait", "PT2S"));
      List<Setting> overrides = List.of(new Setting("command line", USERS + "maxWait", "PT3S"));

      Configuration configuration = Configuration.load(loader, settings, overrides);

      assertThat(configuration.settings("api.foo.com/users").get("limit"))
          .isEqualTo(settings.get(0));
      assertThat(configuration.settings("api.foo.com/users").get("maxWait"))
          .isEqualTo(overrides.get(0));
      assertThatThrownBy(
              () ->
                  Configuration.load(
                      loader,
                      List.of(new Setting("application.yaml - 3:4", USERS + "limit", "many")),
                      List.of()))
          .hasMessageContaining(USERS + "limit=many (application.yaml - 3:4)");
    }
  }

  // ---- what several jars say together

  private static final String ONE = "bucket\tapi\t\t\tfalse\t100\tPT15M\t\t\t\t\t\n";
  private static final String OTHER =
      "bucket\tapi\t50\t20\t\t200\tPT15M\tTOKEN_BUCKET\t\t\t\tPT2S\n";

  @Test
  void jars_that_define_a_bucket_alike_agree() throws IOException {
    indexOf("one/", ONE);
    indexOf("other/", ONE.replace("false", ""));
    assertThat(load("one/", "other/").bucketNames()).isEmpty();
  }

  @Test
  void jars_that_define_a_bucket_in_two_ways_are_refused_with_both() throws IOException {
    indexOf("one/", ONE);
    indexOf("other/", OTHER);
    assertThatThrownBy(() -> load("one/", "other/"))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "bucket 'api' is defined in two places, and not alike: as 100 per PT15M in "
                + location("one/")
                + ", and as 200 per PT15M, burst 200, countedWithin PT2S, reserve 20, maxQueue 50"
                + " in "
                + location("other/")
                + ". Fix: define it in one of them and name it in the other; or say in the"
                + " configuration, which goes before both, all of what they disagree about.");
  }

  @Test
  void jars_that_disagree_whether_a_bucket_has_keys_are_refused() throws IOException {
    indexOf("one/", ONE);
    indexOf("other/", ONE.replace("false", "true"));
    assertThatThrownBy(() -> load("one/", "other/"))
        .hasMessageContaining("as 100 per PT15M in ")
        .hasMessageContaining("as 100 per PT15M for each key in ");
  }

  @Test
  void all_conflicts_are_told_at_once() throws IOException {
    indexOf("one/", ONE + ONE.replace("api", "b"));
    indexOf("other/", OTHER + OTHER.replace("api", "b"));
    assertThatThrownBy(() -> load("one/", "other/"))
        .hasMessageStartingWith("2 buckets are wrong:\n  bucket 'api' is defined in two places")
        .hasMessageContaining("\n  bucket 'b' is defined in two places");
  }

  @Test
  void the_configuration_settles_a_conflict_if_it_says_all_that_is_disputed() throws IOException {
    indexOf("one/", ONE);
    indexOf("other/", ONE.replace("100", "200"));
    system.put("throttle.buckets.api.maxQueue", "5");
    assertThatThrownBy(() -> load("one/", "other/")).hasMessageContaining("in two places");
    system.put("throttle.buckets.api.limit", "50");
    assertThat(load("one/", "other/").bucketNames()).containsExactly("api");
  }

  @Test
  void two_versions_of_the_library_are_refused_with_where_they_are() throws IOException {
    version("one/", "throttle-core", "1.2.0");
    version("one/", "throttle-annotations", "1.2.0");
    version("other/", "throttle-aspect", "1.3.0");
    assertThatThrownBy(() -> load("one/", "other/"))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage(
            "there are several versions of Throttle on the class path:\n"
                + "  throttle-annotations 1.2.0 in "
                + location("one/")
                + "\n  throttle-aspect 1.3.0 in "
                + location("other/")
                + "\n  throttle-core 1.2.0 in "
                + location("one/")
                + "\nFix: take all modules in one version, by importing dev.throttle:throttle-bom"
                + " in the dependency management (mvn dependency:tree tells who brings the"
                + " others).");
  }

  @Test
  void two_jars_of_the_core_are_refused_if_they_differ() throws IOException {
    version("one/", "throttle-core", "1.2.0");
    version("other/", "throttle-core", "1.2.1");
    assertThatThrownBy(() -> load("one/", "other/"))
        .hasMessageContaining("throttle-core 1.2.0 in " + location("one/"))
        .hasMessageContaining("throttle-core 1.2.1 in " + location("other/"));
  }

  @Test
  void a_note_without_the_classes_is_that_of_a_jar_that_has_them_elsewhere() throws IOException {
    version("one/", "throttle-core", "1.2.0");
    note("vendor/", "throttle-core", "version=1.1.0\n"); // relocated
    assertThatCode(() -> load("one/", "vendor/")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"version=\\u00zz\n", "artifactId=throttle-core\n", ""})
  void a_note_that_tells_no_version_is_left_alone(String text) throws IOException {
    version("one/", "throttle-core", "1.2.0");
    version("other/", "throttle-core", "1.2.0");
    note("other/", "throttle-core", text);
    assertThatCode(() -> load("one/", "other/")).doesNotThrowAnyException();
  }

  @Test
  void what_a_web_application_has_of_its_own_goes_before_that_of_the_server() throws IOException {
    version("server/", "throttle-core", "1.1.0");
    version("server/", "throttle-clients", "1.1.0");
    version("app/", "throttle-core", "1.2.0");
    try (URLClassLoader server = loader(null, "server/");
        URLClassLoader application = childFirst(server, "app/")) {
      assertThatThrownBy(() -> Configuration.load(application, system, environment))
          .hasMessageContaining("throttle-core 1.2.0 in " + location("app/"))
          .hasMessageContaining("throttle-clients 1.1.0 in " + location("server/"))
          .hasMessageNotContaining("throttle-core 1.1.0");
      version("app/", "throttle-clients", "1.2.0");
      assertThatCode(() -> Configuration.load(application, system, environment))
          .doesNotThrowAnyException();
      version("app2/", "throttle-clients", "1.2.1");
      try (URLClassLoader twice = childFirst(server, "app/", "app2/")) {
        assertThatThrownBy(() -> Configuration.load(twice, system, environment))
            .hasMessageContaining("throttle-clients 1.2.0 in " + location("app/"))
            .hasMessageContaining("throttle-clients 1.2.1 in " + location("app2/"));
      }
    }
  }

  @Test
  void what_a_parent_has_hides_that_of_its_child() throws IOException {
    version("server/", "throttle-core", "1.1.0");
    version("app/", "throttle-core", "1.2.0");
    try (URLClassLoader server = loader(null, "server/");
        URLClassLoader application = loader(server, "app/")) {
      assertThatCode(() -> Configuration.load(application, system, environment))
          .doesNotThrowAnyException();
      version("app/", "throttle-clients", "1.2.0");
      assertThatThrownBy(() -> Configuration.load(application, system, environment))
          .hasMessageContaining("throttle-core 1.1.0 in " + location("server/"))
          .hasMessageContaining("throttle-clients 1.2.0 in " + location("app/"));
    }
  }

  @Test
  void one_version_in_several_jars_is_content() throws IOException {
    version("one/", "throttle-core", "1.2.0");
    version("one/", "throttle-aspect", "1.2.0"); // one jar made of many
    version("other/", "throttle-core", "1.2.0");
    assertThatCode(() -> load("one/", "other/")).doesNotThrowAnyException();
  }

  private String location(String jar) throws IOException {
    return folder.resolve(jar).toUri().toURL().toString();
  }

  private URLClassLoader loader(@Nullable ClassLoader parent, String jar) throws IOException {
    return new URLClassLoader(new URL[] {new URL(location(jar))}, parent);
  }

  /** Looks at what it has itself before it asks its parent, as web applications do. */
  private URLClassLoader childFirst(ClassLoader parent, String... jars) throws IOException {
    List<URL> urls = new ArrayList<>();
    for (String jar : jars) {
      urls.add(new URL(location(jar)));
    }
    return new URLClassLoader(urls.toArray(new URL[0]), parent) {
      @Override
      public @Nullable URL getResource(String name) {
        URL own = findResource(name);
        return own == null ? super.getResource(name) : own;
      }

      @Override
      public Enumeration<URL> getResources(String name) throws IOException {
        List<URL> found = Collections.list(findResources(name));
        found.addAll(Collections.list(getParent().getResources(name)));
        return Collections.enumeration(found);
      }
    };
  }

  private void version(String jar, String module, String version) throws IOException {
    note(jar, module, "artifactId=" + module + "\ngroupId=dev.throttle\nversion=" + version + "\n");
    Path ofModule = folder.resolve(jar).resolve(Versions.MODULES.get(module));
    Files.createDirectories(ofModule.getParent());
    Files.writeString(ofModule, "");
  }

  private void note(String jar, String module, String text) throws IOException {
    Path note =
        Files.createDirectories(
            folder.resolve(jar + "META-INF/maven/dev.throttle").resolve(module));
    Files.writeString(note.resolve("pom.properties"), text);
  }
}
