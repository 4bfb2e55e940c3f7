package io.hosu.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One difference between a server and a lake project, which applying the project does away with.
 *
 * @param verb what is done
 * @param kind what kind of thing it is done to, for example {@code stage}
 * @param name the full name of the thing
 * @param differences what of it changes; empty when it is created or removed
 * @param notes what a person should know about it
 */
public record Change(
    Verb verb, String kind, String name, List<Difference> differences, List<String> notes) {
  public Change {
    differences = List.copyOf(differences);
    notes = List.copyOf(notes);
  }

  /** The same without what changes at a path, where notes say it in better words. */
  Change without(String path) {
    return new Change(
        verb,
        kind,
        name,
        differences.stream().filter(one -> !one.path().equals(path)).toList(),
        notes);
  }

  /** What is done to a thing. */
  public enum Verb {
    CREATE("+"),
    CHANGE("~"),
    REMOVE("-");

    private final String sign;

    Verb(String sign) {
      this.sign = sign;
    }

    /** The verb as people and scripts see it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A value that changes.
   *
   * @param path where in the thing, for example {@code retry.attempts}
   * @param before as it is; empty when it was not there
   * @param after as it will be; empty when it will not be there
   */
  public record Difference(String path, String before, String after) {}

  /** The fields {@code verb, kind, name, differences, notes}. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("verb", verb.word()).put("kind", kind).put("name", name);
    ArrayNode array = json.putArray("differences");
    for (Difference difference : differences) {
      array
          .addObject()
          .put("path", difference.path())
          .put("before", difference.before())
          .put("after", difference.after());
    }
    notes.forEach(json.putArray("notes")::add);
    return json;
  }

  /** Reads back what {@link #toJson} wrote. */
  public static Change fromJson(JsonNode json) {
    List<Difference> differences = new ArrayList<>();
    for (JsonNode one : json.path("differences")) {
      differences.add(
          new Difference(
              one.path("path").asText(), one.path("before").asText(), one.path("after").asText()));
    }
    return new Change(
        Verb.valueOf(json.path("verb").asText().toUpperCase(Locale.ROOT)),
        json.path("kind").asText(),
        json.path("name").asText(),
        differences,
        json.path("notes").valueStream().map(JsonNode::asText).toList());
  }

  /** {@code ~ stage shop.orders.clean}, then a line for each difference and note. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("%s %s %s".formatted(verb.sign, kind, name));
    for (Difference difference : differences) {
      text.append(
          "\n    %s: %s -> %s"
              .formatted(difference.path(), shown(difference.before()), shown(difference.after())));
    }
    notes.forEach(note -> text.append("\n    ").append(note));
    return text.toString();
  }

  private static String shown(String value) {
    String line = value.strip().replaceAll("\\s+", " ");
    String cut = line.length() <= 60 ? line : line.substring(0, 59) + "…";
    return cut.isEmpty() ? "(nothing)" : cut;
  }
}
