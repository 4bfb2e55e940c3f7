package io.hosu.tables;

import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Which columns tables have, by name, without looking at any table itself. */
public final class KnownColumns {
  private KnownColumns() {}

  /** Those of each table as they are now; of a table that is not among them they are not known. */
  public static Map<TableName, List<String>> of(Transaction tx) {
    return tx
        .list(
            """
            SELECT t.domain, t.layer, t.name, s.columns FROM tables t
            JOIN table_schemas s ON s.table_id = t.id
            WHERE s.number = (SELECT MAX(l.number) FROM table_schemas l WHERE l.table_id = t.id)
            """,
            row ->
                Map.entry(
                    new TableName(row.text("domain"), row.text("layer"), row.text("name")),
                    Json.parse(row.text("columns"))
                        .valueStream()
                        .map(column -> column.path("name").asText())
                        .toList()))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
