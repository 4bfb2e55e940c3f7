package io.hosu.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.delivery.Change.Difference;
import io.hosu.delivery.Change.Verb;
import io.hosu.delivery.Declared.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The steps from one state to another, in the order in which they can be done: what others stand on
 * is made first and removed last.
 */
record Diff(List<Step> steps) {
  Diff {
    steps = List.copyOf(steps);
  }

  /**
   * One step: to put {@code after} in the place of {@code before}; one of the two may be absent.
   */
  record Step(Verb verb, Optional<Declared> before, Optional<Declared> after) {
    Declared thing() {
      return after.or(() -> before).orElseThrow();
    }

    Change change(List<String> notes) {
      List<Difference> differences = new ArrayList<>();
      if (verb == Verb.CHANGE) {
        compare("", before.orElseThrow().toJson(), after.orElseThrow().toJson(), differences);
      }
      return new Change(verb, thing().kind().word(), thing().name(), differences, notes);
    }
  }

  static Diff between(List<Declared> actual, List<Declared> desired) {
    Map<List<String>, Declared> gone = new LinkedHashMap<>();
    actual.forEach(declared -> gone.put(key(declared), declared));
    List<Step> steps = new ArrayList<>();
    for (Declared wanted : desired) {
      Declared kept = gone.remove(key(wanted));
      if (kept == null) {
        steps.add(new Step(Verb.CREATE, Optional.empty(), Optional.of(wanted)));
      } else if (!kept.toJson().equals(wanted.toJson())) {
        steps.add(new Step(Verb.CHANGE, Optional.of(kept), Optional.of(wanted)));
      }
    }
    steps.sort(Comparator.comparing(Diff::kind).thenComparing(step -> step.thing().name()));
    gone.values().stream()
        .map(kept -> new Step(Verb.REMOVE, Optional.of(kept), Optional.empty()))
        .sorted(
            Comparator.comparing(Diff::kind).reversed().thenComparing(step -> step.thing().name()))
        .forEach(steps::add);
    return new Diff(steps);
  }

  List<Step> of(Kind kind) {
    return steps.stream().filter(step -> kind(step) == kind).toList();
  }

  private static Kind kind(Step step) {
    return step.thing().kind();
  }

  private static List<String> key(Declared declared) {
    return List.of(declared.kind().name(), declared.name());
  }

  private static void compare(String path, JsonNode before, JsonNode after, List<Difference> into) {
    if (before.equals(after)) {
      return;
    }
    if (!before.isObject() || !after.isObject()) {
      into.add(new Difference(path, printed(before), printed(after)));
      return;
    }
    TreeSet<String> fields = new TreeSet<>();
    before.fieldNames().forEachRemaining(fields::add);
    after.fieldNames().forEachRemaining(fields::add);
    for (String field : fields) {
      String inner = path.isEmpty() ? field : path + "." + field;
      compare(inner, before.path(field), after.path(field), into);
    }
  }

  private static String printed(JsonNode value) {
    return value.isMissingNode() ? "" : value.isTextual() ? value.asText() : value.toString();
  }
}
