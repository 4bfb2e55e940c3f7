package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.List;

/** Grants as a lake project declares them. */
final class GrantsYaml {
  private static final List<String> TERMS = List.of("columns", "rows", "masks", "where", "until");

  private GrantsYaml() {}

  /** A line of a file of access, in the flow style of YAML. */
  static String line(JsonNode grant) {
    List<String> parts = new ArrayList<>();
    parts.add("to: " + value(grant.path("principal")));
    parts.add(grant.path("effect").asText() + ": " + value(grant.path("permissions")));
    parts.add("on: " + value(grant.path("on")));
    TERMS.stream()
        .filter(grant::has)
        .forEach(term -> parts.add(term + ": " + value(grant.path(term))));
    return "  - { %s }".formatted(String.join(", ", parts));
  }

  /** Texts stand in quotes, as in JSON, which YAML reads. */
  private static String value(JsonNode value) {
    List<String> inner = new ArrayList<>();
    if (value.isObject()) {
      value
          .properties()
          .forEach(field -> inner.add(Json.print(field.getKey()) + ": " + value(field.getValue())));
      return "{ %s }".formatted(String.join(", ", inner));
    }
    if (value.isArray()) {
      value.forEach(item -> inner.add(value(item)));
      return "[%s]".formatted(String.join(", ", inner));
    }
    return Json.print(value);
  }
}
