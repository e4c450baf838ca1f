package dev.throttle.benchmarks;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a run leaves behind for machines to read.
 *
 * @param settings what was asked for
 * @param rows one record a row of the printed table
 */
record Report(Conditions conditions, Object settings, List<?> rows) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  void write(Path file) throws IOException {
    JSON.writeValue(file.toFile(), this);
  }
}
