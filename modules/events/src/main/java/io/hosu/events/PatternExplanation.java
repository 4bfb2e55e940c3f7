package io.hosu.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Why a pattern takes an event, or does not: each of its clauses, alone.
 *
 * @param matches whether the pattern as a whole takes the event
 * @param clauses every clause, in the order of the pattern
 */
public record PatternExplanation(boolean matches, List<Clause> clauses) {
  private static final String OR = "$or";

  public PatternExplanation {
    clauses = List.copyOf(clauses);
  }

  /**
   * One field and what it may hold.
   *
   * @param path the field, for example {@code detail.object.key}; alternatives are named as in
   *     {@code $or[0].detail.size}
   * @param wanted the values and matchers of which one must hold
   * @param found what the event has there: one value for each element of arrays on the way; empty
   *     when the field is missing
   * @param matches whether it holds
   */
  public record Clause(String path, ArrayNode wanted, List<JsonNode> found, boolean matches) {
    public Clause {
      wanted = wanted.deepCopy();
      found = List.copyOf(found);
    }

    @Override
    public ArrayNode wanted() {
      return wanted.deepCopy();
    }
  }

  /**
   * Tries {@code pattern} on {@code event}.
   *
   * @param event the envelope; any JSON object
   * @throws Invalid {@link EventsError#PATTERN_INVALID}
   */
  public static PatternExplanation of(JsonNode pattern, JsonNode event) {
    EventPatterns.check(pattern);
    List<Clause> clauses = new ArrayList<>();
    collect(pattern, List.of(), "", event, clauses);
    return new PatternExplanation(EventPatterns.matches(pattern, event), clauses);
  }

  /** How many of the clauses hold. */
  long held() {
    return clauses.stream().filter(Clause::matches).count();
  }

  private static void collect(
      JsonNode pattern, List<String> path, String shown, JsonNode event, List<Clause> clauses) {
    pattern.forEachEntry((name, value) -> {
      String here = shown.isEmpty() ? name : shown + "." + name;
      if (isAlternatives(name, value)) {
        for (int i = 0; i < value.size(); i++) {
          collect(value.get(i), path, "%s[%d]".formatted(here, i), event, clauses);
        }
        return;
      }
      List<String> deeper = new ArrayList<>(path);
      deeper.add(name);
      if (value instanceof ArrayNode wanted) {
        boolean matches = EventPatterns.matches(alone(deeper, wanted), event);
        clauses.add(new Clause(here, wanted, found(event, deeper), matches));
      } else {
        collect(value, deeper, here, event, clauses);
      }
    });
  }

  /** As event-ruler has it: {@code $or} is a field's name where it holds no list of objects. */
  static boolean isAlternatives(String name, JsonNode value) {
    return name.equals(OR)
        && value.isArray()
        && value.size() > 1
        && value.valueStream().allMatch(JsonNode::isObject)
        && value.valueStream().noneMatch(PatternExplanation::isMatcher);
  }

  private static boolean isMatcher(JsonNode object) {
    return object.size() == 1
        && object
            .propertyStream()
            .allMatch(field ->
                field
                    .getKey()
                    .matches(
                        "prefix|suffix|anything-but|numeric|exists|cidr|wildcard|equals-ignore-case"));
  }

  /** A pattern of one clause. */
  private static ObjectNode alone(List<String> path, ArrayNode wanted) {
    ObjectNode pattern = Json.object();
    ObjectNode inner = pattern;
    for (String name : path.subList(0, path.size() - 1)) {
      inner = inner.putObject(name);
    }
    inner.set(path.getLast(), wanted.deepCopy());
    return pattern;
  }

  /** As event-ruler has it: a dot within a name is as good as one between two. */
  private static List<JsonNode> found(JsonNode event, List<String> path) {
    List<JsonNode> found = new ArrayList<>();
    find(event, String.join(".", path), found);
    return found;
  }

  private static void find(JsonNode event, String path, List<JsonNode> found) {
    elements(event)
        .flatMap(JsonNode::propertyStream)
        .forEach(field -> {
          if (path.equals(field.getKey())) {
            elements(field.getValue()).forEach(found::add);
          } else if (path.startsWith(field.getKey() + ".")) {
            find(field.getValue(), path.substring(field.getKey().length() + 1), found);
          }
        });
  }

  private static java.util.stream.Stream<JsonNode> elements(JsonNode node) {
    return node.isArray() ? node.valueStream() : java.util.stream.Stream.of(node);
  }

  /** The fields {@code matches} and {@code clauses} of {@code path, wanted, found, matches}. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("matches", matches);
    ArrayNode all = json.putArray("clauses");
    for (Clause clause : clauses) {
      ObjectNode one = all.addObject().put("path", clause.path());
      one.set("wanted", clause.wanted());
      clause.found().forEach(one.putArray("found")::add);
      one.put("matches", clause.matches());
    }
    return json;
  }
}
