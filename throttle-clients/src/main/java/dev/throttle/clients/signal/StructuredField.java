package dev.throttle.clients.signal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.greenbytes.http.sfv.Item;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.ParseException;
import org.greenbytes.http.sfv.Parser;
import org.jspecify.annotations.Nullable;

/** Structured fields of <a href="https://www.rfc-editor.org/rfc/rfc8941">RFC 8941</a>. */
final class StructuredField {

  private StructuredField() {}

  static List<ListElement<?>> list(String text) throws MalformedFieldException {
    try {
      return new Parser(text).parseList().get();
    } catch (ParseException e) {
      throw new MalformedFieldException(text, "is no list");
    }
  }

  static Map<String, ListElement<?>> dictionary(String text) throws MalformedFieldException {
    try {
      return new Parser(text).parseDictionary().get();
    } catch (ParseException e) {
      throw new MalformedFieldException(text, "is no dictionary");
    }
  }

  /** Returns a parameter that is a whole number and not negative, or null if there is none. */
  static @Nullable Long parameter(ListElement<?> element, String name)
      throws MalformedFieldException {
    Item<?> parameter = element.getParams().get(name);
    return parameter == null ? null : count(parameter);
  }

  /** Returns a value that is a whole number and not negative. */
  static long count(ListElement<?> element) throws MalformedFieldException {
    if (element.get() instanceof Long number && number >= 0) {
      return number;
    }
    throw new MalformedFieldException(element.serialize(), "is no whole number");
  }

  /** Returns a parameter that is seconds, or null if there is none. */
  static @Nullable Duration seconds(ListElement<?> element, String name)
      throws MalformedFieldException {
    Long seconds = parameter(element, name);
    return seconds == null ? null : Durations.bounded(Duration.ofSeconds(seconds));
  }
}
