package io.hosu.tables.iceberg;

import io.hosu.http.HttpError;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.store.Transaction;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What engines keep beside namespaces: rows, each of a layer in a domain. */
final class NamespaceProperties {
  private static final int MOST = 1_000;

  private NamespaceProperties() {}

  /** The properties of a namespace, by name. */
  static Map<String, String> of(Transaction tx, String domain, String layer) {
    Map<String, String> properties = new LinkedHashMap<>();
    tx.list(
            "SELECT name, value FROM namespace_properties WHERE domain = ? AND layer = ?"
                + " ORDER BY name",
            row -> Map.entry(row.text("name"), row.text("value")),
            domain,
            layer)
        .forEach(entry -> properties.put(entry.getKey(), entry.getValue()));
    return properties;
  }

  /**
   * Sets properties of a namespace.
   *
   * @throws Invalid {@link IcebergError#TOO_MANY_PROPERTIES}; {@link HttpError#BODY_INVALID} where
   *     one has no value
   */
  static void set(Transaction tx, String domain, String layer, Map<String, String> properties) {
    properties.forEach((name, value) -> {
      if (value == null) {
        throw new Invalid(
            HttpError.BODY_INVALID,
            "Property '%s' has no value.".formatted(name),
            "Give it one, or name it among the removals.");
      }
    });
    tx.updateAll(
        "INSERT INTO namespace_properties (domain, layer, name, value) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT (domain, layer, name) DO UPDATE SET value = excluded.value",
        properties.entrySet().stream()
            .map(entry -> List.of(domain, layer, entry.getKey(), entry.getValue()))
            .toList());
    long now =
        tx.number(
            "SELECT COUNT(*) AS n FROM namespace_properties WHERE domain = ? AND layer = ?",
            domain,
            layer);
    if (now > MOST) {
      throw new Invalid(
          IcebergError.TOO_MANY_PROPERTIES,
          "Namespace %s would have %d properties.".formatted(layer, now),
          "Remove some; at most %d are kept.".formatted(MOST));
    }
  }

  /** Removes properties of a namespace; those that it has not are passed over. */
  static void remove(Transaction tx, String domain, String layer, Collection<String> names) {
    tx.updateAll(
        "DELETE FROM namespace_properties WHERE domain = ? AND layer = ? AND name = ?",
        names.stream().map(name -> List.of(domain, layer, name)).toList());
  }

  /** Removes all that there are in a layer, whatever the domain. */
  static void removeAll(Transaction tx, String layer) {
    tx.update("DELETE FROM namespace_properties WHERE layer = ?", layer);
  }
}
