package io.hosu.events;

import static java.util.Objects.requireNonNull;

import io.hosu.kernel.Event;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.event.ruler.GenericMachine;

/** All rules at one version, made into one machine. May be used from any thread. */
final class Matcher {
  private final long version;
  private final GenericMachine<String> machine = EventPatterns.newMachine();
  private final Map<String, Rules.Made> rules = new HashMap<>();

  Matcher(long version, List<Rules.Made> made) {
    this.version = version;
    for (Rules.Made rule : made) {
      rules.put(rule.rule().name(), rule);
      EventPatterns.add(machine, rule.rule().name(), rule.rule().pattern());
    }
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
    Event event = logged.event();
    return machine.rulesForJSONEvent(event.toJson()).stream()
        .map(this::rule)
        .filter(made -> made.afterSeq() < logged.seq())
        .map(Rules.Made::rule)
        .sorted(Comparator.comparing(Rule::name))
        .toList();
  }

  private Rules.Made rule(String name) {
    return requireNonNull(rules.get(name));
  }
}
