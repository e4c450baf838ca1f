package dev.throttle.remote.postgres;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.throttle.remote.lease.LedgerDocument;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A ledger as JSON, with all durations in nanoseconds. */
final class Documents {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(
              new SimpleModule()
                  .addSerializer(new AsNanos())
                  .addDeserializer(Duration.class, new OfNanos()))
          // Nothing is believed to be there that is not.
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          // The table adds who has written it.
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Documents() {}

  static String write(LedgerDocument document) {
    try {
      return JSON.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a ledger is nothing but numbers and names.", e);
    }
  }

  /** Returns null where that is no ledger. */
  static @Nullable LedgerDocument read(String json) {
    try {
      return JSON.readValue(json, LedgerDocument.class);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static final class AsNanos extends StdSerializer<Duration> {
    private static final long serialVersionUID = 1L;

    AsNanos() {
      super(Duration.class);
    }

    @Override
    public void serialize(Duration duration, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeNumber(duration.toNanos());
    }
  }

  private static final class OfNanos extends StdDeserializer<Duration> {
    private static final long serialVersionUID = 1L;

    OfNanos() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      return Duration.ofNanos(json.getLongValue());
    }
  }
}
