package io.hosu.events;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException.Invalid;
import java.io.IOException;
import software.amazon.event.ruler.GenericMachine;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.MachineComplexityEvaluator;

/** EventBridge's event patterns (Amazon EventBridge User Guide, "Event patterns"). */
public final class EventPatterns {
  private static final int MOST_COMPLEX = 100;

  private EventPatterns() {}

  /**
   * Refuses what is no event pattern, and one whose wildcards would take too long to match.
   *
   * @throws Invalid {@link EventsError#PATTERN_INVALID} with what is wrong
   */
  public static void check(JsonNode pattern) {
    String mistake = JsonRuleCompiler.check(pattern.toString(), false);
    if (mistake != null) {
      throw invalid(pattern, mistake);
    }
    int complexity =
        machine(pattern).evaluateComplexity(new MachineComplexityEvaluator(MOST_COMPLEX));
    if (complexity >= MOST_COMPLEX) {
      throw invalid(pattern, "its wildcards are too complex; use fewer * or less alike texts");
    }
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
    check(pattern);
    return !machine(pattern).rulesForJSONEvent(envelope).isEmpty();
  }

  private static GenericMachine<String> machine(JsonNode pattern) {
    GenericMachine<String> machine = GenericMachine.<String>builder().build();
    add(machine, "pattern", pattern);
    return machine;
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
