package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaleClosuresTest {

  @TempDir Path output;

  @Test
  void closuresOfTheClassesThatAreCompiled_areDeleted_andNoOthers() throws IOException {
    Path directory = Files.createDirectories(output.resolve("com/acme"));
    for (String name :
        List.of(
            "Foo$AjcClosure1",
            "Foo$AjcClosure11",
            "Foo$Nested$AjcClosure3",
            "Foo$1$AjcClosure1",
            "Fo$o$AjcClosure1",
            "Foot$AjcClosure1",
            "Other$AjcClosure1",
            "Foo$AjcClosures",
            "Foo$AjcClosureX",
            "Other")) {
      Files.createFile(directory.resolve(name + ".class"));
    }

    DiskBuild build =
        DiskBuild.into(
            output,
            List.of(),
            "package com.acme;\nclass Foo { class Nested {} }",
            "class NoPackage {}");

    assertThat(build.messages()).isEmpty();
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "Foo.class",
              "Foo$Nested.class",
              "Fo$o$AjcClosure1.class",
              "Foot$AjcClosure1.class",
              "Other$AjcClosure1.class",
              "Foo$AjcClosures.class",
              "Foo$AjcClosureX.class",
              "Other.class");
    }
  }
}
