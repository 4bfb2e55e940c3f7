package io.hosu.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.delivery.Declared.Kind;
import io.hosu.kernel.Json;
import io.hosu.store.Transaction;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is declared of domains and tables, and kept by no other module. */
final class Declarations {
  private Declarations() {}

  static void put(Transaction tx, Declared declared) {
    tx.update(
        """
        INSERT INTO declarations (kind, name, spec) VALUES (?, ?, ?)
        ON CONFLICT (kind, name) DO UPDATE SET spec = excluded.spec
        """,
        declared.kind().name(),
        declared.name(),
        Json.print(declared.toJson()));
  }

  static void remove(Transaction tx, Declared declared) {
    tx.update(
        "DELETE FROM declarations WHERE kind = ? AND name = ?",
        declared.kind().name(),
        declared.name());
  }

  static SortedMap<String, JsonNode> list(Transaction tx, Kind kind) {
    SortedMap<String, JsonNode> all = new TreeMap<>();
    tx.list(
            "SELECT name, spec FROM declarations WHERE kind = ? ORDER BY name",
            row -> new Spec(row.text("name"), Json.parse(row.text("spec"))),
            kind.name())
        .forEach(spec -> all.put(spec.name(), spec.json()));
    return all;
  }

  private record Spec(String name, JsonNode json) {}

  static SortedMap<String, String> texts(JsonNode json) {
    SortedMap<String, String> texts = new TreeMap<>();
    json.properties().forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
    return texts;
  }
}
