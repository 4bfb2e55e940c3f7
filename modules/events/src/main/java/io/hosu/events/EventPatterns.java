package io.hosu.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.util.Map;
import java.util.function.Predicate;
import software.amazon.event.ruler.GenericMachine;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.MachineComplexityEvaluator;

/** EventBridge's event patterns (Amazon EventBridge User Guide, "Event patterns"). */
public final class EventPatterns {
  private static final int MOST_COMPLEX_WILDCARD = 10;
  private static final int MOST_COMPLEX_RULE = 1000;

  /** As many as EventBridge allows: {@code $or} beside {@code $or} multiplies. */
  private static final int MOST_COMBINATIONS = 1000;

  private EventPatterns() {}

  /**
   * Refuses what EventBridge refuses: what is no event pattern, and a wildcard that takes too long
   * to match. For patterns that people write.
   *
   * @throws Invalid {@link EventsError#PATTERN_INVALID} with what is wrong
   */
  public static void check(JsonNode pattern) {
    compile(pattern);
    for (JsonNode wildcard : pattern.findValues("wildcard")) {
      if (wildcard.isTextual() && tooComplex(wildcard.asText())) {
        throw invalid(
            pattern, "the wildcard '%s' is too complex: use fewer *".formatted(wildcard.asText()));
      }
    }
  }

  private static boolean tooComplex(String wildcard) {
    ObjectNode alone = Json.object();
    alone.putArray("text").addObject().put("wildcard", wildcard);
    return complexity(compile(alone), MOST_COMPLEX_WILDCARD + 1) > MOST_COMPLEX_WILDCARD;
  }

  /**
   * Refuses what no machine should be made of; milder than {@link #check}, for rules that the house
   * itself makes.
   */
  static void checkRule(JsonNode pattern) {
    if (complexity(compile(pattern), MOST_COMPLEX_RULE) >= MOST_COMPLEX_RULE) {
      throw invalid(pattern, "its wildcards together are too complex: use fewer *");
    }
  }

  private static int complexity(GenericMachine<String> machine, int most) {
    return machine.evaluateComplexity(new MachineComplexityEvaluator(most));
  }

  /**
   * Whether {@code pattern} takes {@code event}.
   *
   * @throws Invalid {@link EventsError#PATTERN_INVALID} when it is no pattern
   */
  public static boolean matches(JsonNode pattern, Event event) {
    return matches(pattern, event.toJson());
  }

  static boolean matches(JsonNode pattern, JsonNode envelope) {
    return !compile(pattern).rulesForJSONEvent(envelope).isEmpty();
  }

  /**
   * Which events {@code pattern} takes: for many events, as making it takes longer than asking it.
   *
   * @throws Invalid {@link EventsError#PATTERN_INVALID} when it is no pattern
   */
  public static Predicate<Event> taking(JsonNode pattern) {
    GenericMachine<String> machine = compile(pattern);
    return event -> !machine.rulesForJSONEvent(event.toJson()).isEmpty();
  }

  private static GenericMachine<String> compile(JsonNode pattern) {
    if (combinations(pattern) > MOST_COMBINATIONS) {
      throw invalid(
          pattern,
          "its $or make more than %d combinations: use fewer alternatives"
              .formatted(MOST_COMBINATIONS));
    }
    String mistake = JsonRuleCompiler.check(pattern.toString(), false);
    if (mistake != null) {
      throw invalid(pattern, mistake);
    }
    GenericMachine<String> machine = newMachine();
    add(machine, "pattern", pattern);
    return machine;
  }

  /** How many patterns without {@code $or} it stands for, if not more than are allowed. */
  private static long combinations(JsonNode pattern) {
    long all = 1;
    for (Map.Entry<String, JsonNode> field : pattern.properties()) {
      long some =
          PatternExplanation.isAlternatives(field.getKey(), field.getValue())
              ? field.getValue().valueStream().mapToLong(EventPatterns::combinations).sum()
              : combinations(field.getValue());
      all = Math.min(all * some, MOST_COMBINATIONS + 1);
    }
    return all;
  }

  /** A machine without rules. */
  static GenericMachine<String> newMachine() {
    return GenericMachine.<String>builder().build();
  }

  /** Adds a pattern that was checked. */
  static void add(GenericMachine<String> machine, String name, JsonNode pattern) {
    try {
      machine.addRule(name, pattern.toString());
    } catch (IOException e) {
      throw invalid(pattern, String.valueOf(e.getMessage()));
    }
  }

  private static Invalid invalid(JsonNode pattern, String mistake) {
    return new Invalid(
        EventsError.PATTERN_INVALID,
        "The event pattern %s is invalid: %s.".formatted(pattern, firstLine(mistake)),
        "Correct the pattern; each field holds a list of values or of matchers such as"
            + " {\"prefix\": \"raw/\"}.");
  }

  private static String firstLine(String text) {
    String line = text.lines().findFirst().orElse("").strip();
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }
}
