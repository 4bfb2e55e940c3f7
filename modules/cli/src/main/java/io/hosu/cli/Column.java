package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Sizes;
import java.util.Locale;
import java.util.function.Function;

/**
 * One column of a list for people, over the JSON items of the API.
 *
 * @param field the field's name in the API, a dot for each step inward; the header for scripts
 * @param header the header for people
 * @param right whether values stand at the right, as numbers do
 * @param text what a person reads
 */
record Column(String field, String header, boolean right, Function<JsonNode, String> text) {

  /** A field as it is. */
  static Column text(String field) {
    return new Column(field, header(field), false, item -> plain(at(item, field)));
  }

  /** The first of several fields that is there, under the name of the first. */
  static Column either(String field, String other) {
    return new Column(
        field,
        header(field),
        false,
        item -> plain(at(item, field).isMissingNode() ? at(item, other) : at(item, field)));
  }

  /** A number. */
  static Column number(String field) {
    return new Column(field, header(field), true, item -> plain(at(item, field)));
  }

  /** Bytes, shown as a size. */
  static Column size(String field) {
    return new Column(
        field,
        header(field),
        true,
        item -> at(item, field).isNumber() ? Sizes.print(at(item, field).asLong()) : "");
  }

  /** Milliseconds, shown as a duration. */
  static Column millis(String field) {
    return new Column(
        field,
        header(field),
        true,
        item -> at(item, field).isNumber() ? millis(at(item, field).asLong()) : "");
  }

  /**
   * The same under another header for people, where the end of the field's name says too little.
   */
  Column headed(String other) {
    return new Column(field, other, right, text);
  }

  private static String header(String field) {
    String name = field.substring(field.lastIndexOf('.') + 1);
    return name.replaceFirst("_(ms|bytes)$", "").replace('_', ' ').toUpperCase(Locale.ROOT);
  }

  /** The value for scripts. */
  String value(JsonNode item) {
    return right ? plain(at(item, field)) : text.apply(item);
  }

  /** A duration as short as it stays useful: {@code 35ms}, {@code 1.25s}, {@code 3m 20s}. */
  static String millis(long millis) {
    if (millis < 1000) {
      return millis + "ms";
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.2fs", millis / 1000.0);
    }
    long seconds = millis / 1000;
    return seconds < 3600
        ? "%dm %ds".formatted(seconds / 60, seconds % 60)
        : "%dh %dm".formatted(seconds / 3600, seconds % 3600 / 60);
  }

  /** The value that lies at a dotted path; missing when it is not there. */
  static JsonNode at(JsonNode item, String path) {
    JsonNode node = item;
    for (String step : path.split("\\.", -1)) {
      node = node.path(step);
    }
    return node;
  }

  /** The values of an object in one cell: {@code read 35ms}. */
  private static String brief(JsonNode object) {
    return String.join(
        " ",
        object
            .propertyStream()
            .map(field ->
                field.getKey().equals("ms")
                    ? millis(field.getValue().asLong())
                    : plain(field.getValue()))
            .toList());
  }

  /** A JSON value as a person or a CSV cell has it: texts without quotes, null as nothing. */
  static String plain(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (value.isArray() && value.valueStream().allMatch(JsonNode::isTextual)) {
      return String.join(", ", value.valueStream().map(JsonNode::asText).toList());
    }
    if (value.isArray() && value.valueStream().allMatch(JsonNode::isObject)) {
      return String.join(", ", value.valueStream().map(Column::brief).toList());
    }
    return value.isValueNode() ? value.asText() : value.toString();
  }
}
