package dev.throttle.remote.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Changes the JSON of a renewal so that it is none any more, in many ways. */
final class Garbler {

  private static final String STRUCTURE = "{}[]:,\"";

  /** None of these may stand for any string, number, boolean, object or array of a renewal. */
  private static final List<String> NOWHERE =
      List.of("null", "1.5", "-1", "-2147483649", "1e99", "[null]", "[[]]", "{\"a\": 1}", "\" \"");

  private static final List<String> NO_DURATION =
      List.of("\"-PT1S\"", "\"P\"", "\"\"", "\"1 s\"", "\"PT9601H\"", "7", "\"PT1S \"", "true");

  private final Random dice;

  Garbler(Random dice) {
    this.dice = dice;
  }

  String garble(String json) {
    return switch (dice.nextInt(8)) {
      case 0 -> json.substring(0, dice.nextInt(json.lastIndexOf('}')));
      case 1 -> json + pick(List.of("}", "x", "{}", ",", "\0", "[]"));
      case 2 -> withoutStructure(json);
      case 3 -> twice(json);
      case 4 -> "[".repeat(1 + dice.nextInt(3_000)) + json;
      default -> changed(json);
    };
  }

  private <T> T pick(List<T> of) {
    return of.get(dice.nextInt(of.size()));
  }

  /** One bracket, comma, colon or quote is something else. */
  private String withoutStructure(String json) {
    int at;
    do {
      at = dice.nextInt(json.length());
    } while (STRUCTURE.indexOf(json.charAt(at)) < 0);
    char other = pick(List.of(' ', ';', 'x', '\0', '7'));
    return json.substring(0, at) + other + json.substring(at + 1);
  }

  /** One field comes twice. */
  private String twice(String json) {
    String field = pick(List.of("\"alone\": false", "\"held\": 0", "\"pause\": \"PT0S\""));
    return json.replace(field, field + ", " + field);
  }

  private String changed(String json) {
    try {
      JsonNode root = Api.JSON.readTree(json);
      List<ObjectNode> objects = new ArrayList<>();
      collect(root, objects);
      ObjectNode object = pick(objects);
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = pick(names);
      JsonNode value = object.get(name);
      switch (dice.nextInt(3)) {
        case 0 -> object.remove(name);
        case 1 -> object.put("unknown" + dice.nextInt(9), 1);
        default -> object.set(name, Api.JSON.readTree(senseless(value)));
      }
      return root.toString();
    } catch (IOException e) {
      throw new AssertionError(json, e);
    }
  }

  private String senseless(JsonNode value) {
    if (value.isTextual() && value.asText().startsWith("PT")) {
      return pick(NO_DURATION);
    }
    String general = pick(NOWHERE);
    boolean isNegative = general.startsWith("-");
    return isNegative && !value.isNumber() ? "7.5" : general;
  }

  private static void collect(JsonNode node, List<ObjectNode> objects) {
    if (node instanceof ObjectNode object) {
      objects.add(object);
    }
    if (node instanceof ObjectNode || node instanceof ArrayNode) {
      node.forEach(child -> collect(child, objects));
    }
  }
}
