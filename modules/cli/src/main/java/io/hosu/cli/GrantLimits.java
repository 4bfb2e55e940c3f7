package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What narrows grants, as one cell of a list for people. */
final class GrantLimits {
  private GrantLimits() {}

  /** The column of items that are grants. */
  static Column ofGrants() {
    return new Column("limits", "LIMITS", false, GrantLimits::text);
  }

  /** The column of items that have a grant. */
  static Column ofGrantIn(String field) {
    return new Column(field + ".limits", "LIMITS", false, item -> text(Column.at(item, field)));
  }

  /** For people: {@code columns a, b; rows a > 1; masks b last(2); until 2027-01-01T00:00:00Z}. */
  static String text(JsonNode grant) {
    List<String> parts = new ArrayList<>();
    JsonNode columns = grant.path("columns");
    if (columns.isObject()) {
      parts.add("columns except " + Column.plain(columns.path("except")));
    } else if (columns.isArray()) {
      parts.add("columns " + Column.plain(columns));
    }
    add(parts, "rows", grant);
    List<String> masks = new ArrayList<>();
    grant
        .path("masks")
        .properties()
        .forEach(mask -> masks.add(mask.getKey() + " " + mask(mask.getValue())));
    if (!masks.isEmpty()) {
      parts.add("masks " + String.join(", ", masks));
    }
    add(parts, "where", grant);
    add(parts, "until", grant);
    return String.join("; ", parts);
  }

  private static void add(List<String> parts, String term, JsonNode grant) {
    if (grant.path(term).isTextual()) {
      parts.add(term + " " + grant.path(term).asText());
    }
  }

  private static String mask(JsonNode mask) {
    return mask.isObject()
        ? mask.path("mask").asText() + " when " + mask.path("when").asText()
        : mask.asText();
  }
}
