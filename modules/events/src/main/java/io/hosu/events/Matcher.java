package io.hosu.events;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Event;
import io.hosu.kernel.Glob;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.event.ruler.GenericMachine;

/**
 * All rules at one version: one machine of their patterns, and the globs that are asked of what it
 * lets through. May be used from any thread.
 */
final class Matcher {
  private final long version;
  private final GenericMachine<String> machine = EventPatterns.newMachine();
  private final Map<String, Ready> rules = new HashMap<>();

  Matcher(long version, List<Rules.Made> made) {
    this.version = version;
    for (Rules.Made one : made) {
      Rule rule = one.rule();
      rules.put(
          rule.name(),
          new Ready(rule, one.afterSeq(), rule.objects().stream().map(Glob::of).toList()));
      EventPatterns.add(machine, rule.name(), rule.pattern());
    }
  }

  /** A rule with its globs read. */
  private record Ready(Rule rule, long afterSeq, List<Glob> objects) {
    boolean takes(LoggedEvent logged) {
      return afterSeq < logged.seq()
          && (objects.isEmpty() || object(logged.event()).filter(this::takes).isPresent());
    }

    private boolean takes(String object) {
      return objects.stream().anyMatch(glob -> glob.matches(object));
    }
  }

  /** The object that an event is about, as {@code BUCKET/KEY}. */
  static Optional<String> object(Event event) {
    JsonNode bucket = event.detail().path("bucket").path("name");
    JsonNode key = event.detail().path("object").path("key");
    return bucket.isTextual() && key.isTextual()
        ? Optional.of(bucket.asText() + "/" + key.asText())
        : Optional.empty();
  }

  /** The version of the rules that this was made of. */
  long version() {
    return version;
  }

  /** The rules that take the event. */
  List<Rule> matching(LoggedEvent logged) {
    if (rules.isEmpty()) {
      return List.of();
    }
    return machine.rulesForJSONEvent(logged.event().toJson()).stream()
        .map(name -> requireNonNull(rules.get(name)))
        .filter(ready -> ready.takes(logged))
        .map(Ready::rule)
        .sorted(Comparator.comparing(Rule::name))
        .toList();
  }
}
