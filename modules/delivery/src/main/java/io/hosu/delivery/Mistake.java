package io.hosu.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;

/**
 * Something that is wrong in a lake project, said so that a person can mend it.
 *
 * @param place where it stands
 * @param severity whether it stops the project from being applied
 * @param why what is wrong, one sentence
 * @param remedy what to do about it, a sentence or a command
 */
public record Mistake(Place place, Severity severity, String why, String remedy) {

  /** Whether a mistake stops the project from being applied. */
  public enum Severity {
    /** It does. */
    ERROR,
    /** It does not. */
    WARNING
  }

  /** Whether it stops the project from being applied. */
  public boolean isError() {
    return severity == Severity.ERROR;
  }

  /** The fields {@code severity, file, line, column, text, excerpt, why, remedy}. */
  public ObjectNode toJson() {
    return Json.object()
        .put("severity", severity == Severity.ERROR ? "error" : "warning")
        .put("file", place.file())
        .put("line", place.line())
        .put("column", place.column())
        .put("text", place.text())
        .put("excerpt", place.excerpt())
        .put("why", why)
        .put("remedy", remedy);
  }

  /** Reads back what {@link #toJson} wrote. */
  public static Mistake fromJson(JsonNode json) {
    return new Mistake(
        new Place(
            json.path("file").asText(),
            json.path("line").asInt(),
            json.path("column").asInt(),
            json.path("text").asText(),
            json.path("excerpt").asText()),
        json.path("severity").asText().equals("warning") ? Severity.WARNING : Severity.ERROR,
        json.path("why").asText(),
        json.path("remedy").asText());
  }

  /** As compilers print: place and reason, the line with carets, the remedy. */
  @Override
  public String toString() {
    return "%s: %s%s\n%s  %s"
        .formatted(place, isError() ? "" : "warning: ", why, place.picture(), remedy);
  }
}
