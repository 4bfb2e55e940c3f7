package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Suggestions;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which dead letters: those with these ids, or, without ids, those that fit all conditions.
 *
 * @param ids ids, or unique beginnings of them
 * @param where conditions as the API has them; without any, all dead letters are meant
 */
record RedriveSelection(List<String> ids, Map<String, String> where) {
  private static final Set<String> FIELDS =
      Set.of("stage", "pipeline", "domain", "queue", "code", "since", "until", "text");

  /** Reads the arguments of the command, of which one kind must be given. */
  static RedriveSelection of(List<String> ids, boolean all, List<String> where) {
    if ((ids.isEmpty() ? 0 : 1) + (all ? 1 : 0) + (where.isEmpty() ? 0 : 1) != 1) {
      throw new Invalid(
          CliError.USAGE_WRONG,
          "Which dead letters? Name ids, or say --all, or --where FIELD=VALUE: one of the three.",
          "See them with: hosu dlq list");
    }
    Map<String, String> conditions = new TreeMap<>();
    where.forEach(text -> put(conditions, text));
    return new RedriveSelection(List.copyOf(ids), conditions);
  }

  private static void put(Map<String, String> conditions, String text) {
    int equals = text.indexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals).strip();
    if (equals < 1 || !FIELDS.contains(name)) {
      throw wrong("'%s' is not a condition%s".formatted(text, Suggestions.ending(name, FIELDS)));
    }
    String value = text.substring(equals + 1).strip();
    if (value.isEmpty()) {
      throw wrong("'%s' has no value.".formatted(text));
    }
    String before = conditions.put(name, value);
    if (before != null && !before.equals(value)) {
      throw wrong("'%s' is given as %s and as %s.".formatted(name, before, value));
    }
  }

  private static Invalid wrong(String what) {
    return new Invalid(
        CliError.USAGE_WRONG,
        what,
        "Write it as FIELD=VALUE, for example --where stage=aviation.strikes.clean");
  }

  /** The selection as the API reads it. */
  ObjectNode body() {
    ObjectNode body = Json.object();
    if (!ids.isEmpty()) {
      ids.forEach(body.putArray("ids")::add);
    } else if (where.isEmpty()) {
      body.put("all", true);
    } else {
      where.forEach(body.putObject("where")::put);
    }
    return body;
  }

  /** The dead letters selected, as far as who asks may redrive them. */
  Iterator<JsonNode> list(LakeClient client, ApiPath deadLetters) {
    if (!ids.isEmpty()) {
      return ids.stream().map(id -> client.get(deadLetters.part(id))).iterator();
    }
    ApiPath path = deadLetters.query("redrivable", "true");
    for (var condition : where.entrySet()) {
      path = path.query(condition.getKey(), condition.getValue());
    }
    return new ItemList(client, path, 0);
  }
}
