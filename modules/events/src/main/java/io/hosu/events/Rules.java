package io.hosu.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.util.List;
import java.util.Optional;

/** The rules of the lake. May be used from any thread. */
public final class Rules {
  private static final String PUT =
      """
      INSERT INTO rules (name, domain, pattern, objects, queue, group_by, after_seq)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET domain = excluded.domain, pattern = excluded.pattern,
        objects = excluded.objects, queue = excluded.queue, group_by = excluded.group_by
      """;

  /** The rules of a lake; they live in its state database alone. */
  public Rules() {}

  /** A rule with the newest event when it was made. */
  record Made(Rule rule, long afterSeq) {}

  /**
   * Makes or replaces the rule of this name. A new one takes the events that are appended from now
   * on; a replaced one goes on where it was. The messages of its queue get the groups it gives.
   *
   * @throws Invalid {@link EventsError#PATTERN_INVALID}
   * @throws NotFound {@link EventsError#QUEUE_NOT_FOUND}
   */
  public void put(Transaction tx, Rule rule) {
    EventPatterns.checkRule(rule.pattern());
    Queues.requireQueue(tx, rule.queue());
    Optional<Rule> before = find(tx, rule.name());
    if (before.equals(Optional.of(rule))) {
      return;
    }
    tx.update(
        PUT,
        rule.name(),
        rule.domain(),
        Json.print(rule.pattern()),
        Json.print(rule.objects()),
        rule.queue(),
        rule.groupBy().isEmpty() ? null : Json.print(rule.groupBy()),
        EventLog.newest(tx));
    if (before.filter(old -> isGroupedAlike(old, rule)).isEmpty()) {
      MessageGroups.regroup(tx, rule);
    }
    changed(tx);
  }

  private static boolean isGroupedAlike(Rule one, Rule other) {
    return one.groupBy().equals(other.groupBy())
        && (one.groupBy().isEmpty() || one.objects().equals(other.objects()));
  }

  /** The rules that fill a queue, by name. */
  static List<Rule> ofQueue(Transaction tx, String queue) {
    return tx.list("SELECT * FROM rules WHERE queue = ? ORDER BY name", Rules::read, queue).stream()
        .map(Made::rule)
        .toList();
  }

  /** Removes a rule; false when there was none. Messages it sent stay. */
  public boolean remove(Transaction tx, String name) {
    boolean removed = tx.update("DELETE FROM rules WHERE name = ?", name) > 0;
    if (removed) {
      changed(tx);
    }
    return removed;
  }

  /** The rule of this name. */
  public Optional<Rule> find(Transaction tx, String name) {
    return tx.find("SELECT * FROM rules WHERE name = ?", Rules::read, name).map(Made::rule);
  }

  /** Every rule, by name. */
  public List<Rule> list(Transaction tx) {
    return made(tx).stream().map(Made::rule).toList();
  }

  static List<Made> made(Transaction tx) {
    return tx.list("SELECT * FROM rules ORDER BY name", Rules::read);
  }

  /** The number of changes that rules have seen. */
  static long version(Transaction tx) {
    return tx.number("SELECT rules_version FROM router");
  }

  private static void changed(Transaction tx) {
    tx.update("UPDATE router SET rules_version = rules_version + 1");
  }

  private static Made read(Row row) {
    Rule rule =
        new Rule(
            row.text("name"),
            row.text("domain"),
            (ObjectNode) Json.parse(row.text("pattern")),
            texts(row.text("objects")),
            row.text("queue"),
            row.optionalText("group_by").map(Rules::texts).orElse(List.of()));
    return new Made(rule, row.number("after_seq"));
  }

  private static List<String> texts(String json) {
    return Json.parse(json).valueStream().map(JsonNode::asText).toList();
  }
}
