package io.hosu.events;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Event;
import io.hosu.kernel.Glob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** By what a rule groups its messages. May be used from any thread. */
final class Grouping {
  private final List<String> by;
  private final List<Glob> globs;

  private Grouping(List<String> by, List<Glob> globs) {
    this.by = by;
    this.globs = globs;
  }

  /** The grouping of a rule, if it has one. */
  static Optional<Grouping> of(Rule rule) {
    return rule.groupBy().isEmpty()
        ? Optional.empty()
        : Optional.of(new Grouping(rule.groupBy(), rule.objects().stream().map(Glob::of).toList()));
  }

  /**
   * The group of an event, as {@code name=value} for each name it is grouped by; those without any
   * of them are in the group "", so that they too stay in order.
   */
  String keyOf(Event event) {
    Map<String, String> captured = captured(event);
    List<String> values = new ArrayList<>();
    for (String name : by) {
      String value = captured.containsKey(name) ? captured.get(name) : at(event, name);
      if (value != null && !value.isEmpty()) {
        values.add(name + "=" + value);
      }
    }
    return String.join("/", values);
  }

  private Map<String, String> captured(Event event) {
    return Matcher.object(event)
        .flatMap(
            object -> globs.stream().flatMap(glob -> glob.capture(object).stream()).findFirst())
        .<Map<String, String>>map(values -> values)
        .orElse(Map.of());
  }

  /** The value at a path; an empty text where there is none. */
  private static String at(Event event, String path) {
    JsonNode node = event.toJson();
    for (String step : path.split("\\.", -1)) {
      node = node.path(step);
    }
    if (node.isMissingNode() || node.isNull()) {
      return "";
    }
    return node.isValueNode() ? node.asText() : node.toString();
  }
}
