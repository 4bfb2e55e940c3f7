package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is said of a principal. */
final class PrincipalOptions {
  @Option(names = "--group", paramLabel = "NAME", description = "A group that it belongs to.")
  List<String> groups = new ArrayList<>();

  @Option(
      names = {"--attribute", "--tag"},
      paramLabel = "NAME=VALUE",
      description = "What grants may ask about it.")
  List<String> attributes = new ArrayList<>();

  @Option(
      names = "--trust",
      paramLabel = "WHO",
      description =
          "Who may act as it, if it is a role: user:NAME, group:NAME or principal:\"team = ops\".")
  List<String> trust = new ArrayList<>();

  @Option(
      names = "--keeps-limits",
      negatable = true,
      description = {
        "Whether it is an engine that leaves out by itself what must not be seen of a table, as",
        "Iceberg's read-restrictions say; only a service can be."
      })
  @Nullable Boolean keepsLimits;

  /** What a principal has no more. */
  static final class Removed {
    @Option(
        names = "--no-group",
        paramLabel = "NAME",
        description = "A group that it belongs to no more.")
    List<String> groups = new ArrayList<>();

    @Option(
        names = "--no-trust",
        paramLabel = "WHO",
        description = "Who may act as it no more; their sessions end.")
    List<String> trust = new ArrayList<>();
  }

  /** The fields that are said, over those that a principal has. */
  ObjectNode over(JsonNode before, Removed removed) {
    ObjectNode fields = Json.object();
    putNames(fields, "groups", groups, removed.groups, before);
    putAttributes(fields, before);
    putNames(fields, "trust", trust, removed.trust, before);
    if (keepsLimits != null) {
      fields.put("keeps_limits", keepsLimits);
    }
    return fields;
  }

  private static void putNames(
      ObjectNode fields, String field, List<String> more, List<String> less, JsonNode before) {
    if (more.isEmpty() && less.isEmpty()) {
      return;
    }
    NavigableSet<String> names = new TreeSet<>(more);
    before.path(field).forEach(name -> names.add(name.asText()));
    less.forEach(names::remove);
    ArrayNode list = fields.putArray(field);
    names.forEach(list::add);
  }

  private void putAttributes(ObjectNode fields, JsonNode before) {
    if (attributes.isEmpty()) {
      return;
    }
    ObjectNode pairs = fields.putObject("attributes");
    before
        .path("attributes")
        .properties()
        .forEach(pair -> pairs.set(pair.getKey(), pair.getValue()));
    for (String pair : attributes) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new Invalid(
            CliError.USAGE_WRONG,
            "'%s' is no attribute.".formatted(pair),
            "Write --attribute NAME=VALUE, or NAME= to remove it.");
      }
      String value = pair.substring(equals + 1);
      if (value.isEmpty()) {
        pairs.remove(pair.substring(0, equals));
      } else {
        pairs.put(pair.substring(0, equals), value);
      }
    }
  }
}
