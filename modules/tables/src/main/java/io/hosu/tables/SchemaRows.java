package io.hosu.tables;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import io.hosu.kernel.Names;
import io.hosu.kernel.TableName;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Types.NestedField;

/** Which columns tables had, and who gave them these. */
final class SchemaRows {
  private static final String SELECT =
      "SELECT number, schema_id, changed_at, principal, execution FROM table_schemas";

  private SchemaRows() {}

  /** The columns, the description and the owner of a table, for who searches. */
  record Described(TableName name, String description, String owner, String columns) {
    private static Described of(Row row) {
      return new Described(
          new TableName(row.text("domain"), row.text("layer"), row.text("name")),
          row.optionalText("description").orElse(""),
          row.optionalText("owner").orElse(""),
          row.optionalText("columns").orElse(""));
    }
  }

  /**
   * Adds what columns a table has now, if they, its description or its owner are others than
   * before.
   */
  static void keep(Transaction tx, TableMetadata table, Instant now, CommitContext who) {
    String description = TableDefinitions.description(table);
    String owner = TableDefinitions.owner(table);
    boolean same =
        tx.find(
                "SELECT schema_id, description, owner FROM table_schemas WHERE table_id = ? ORDER BY number"
                    + " DESC LIMIT 1",
                row ->
                    row.number("schema_id") == table.currentSchemaId()
                        && row.text("description").equals(description)
                        && row.text("owner").equals(owner),
                table.uuid())
            .orElse(false);
    if (!same) {
      tx.update(
          "INSERT INTO table_schemas (table_id, number, schema_id, changed_at, principal, execution,"
              + " description, owner, columns) VALUES (?, (SELECT COALESCE(MAX(number), 0) + 1 FROM"
              + " table_schemas WHERE table_id = ?), ?, ?, ?, ?, ?, ?, ?)",
          table.uuid(),
          table.uuid(),
          (long) table.currentSchemaId(),
          now,
          who.principal(),
          who.execution(),
          description,
          owner,
          Json.print(columns(table.schema())));
    }
  }

  /** Gives a new table the columns that another one had, at its times. */
  static void copy(Transaction tx, String from, String to) {
    tx.update(
        "INSERT INTO table_schemas (table_id, number, schema_id, changed_at, principal, execution,"
            + " description, owner, columns) SELECT CAST(? AS TEXT), number, schema_id, changed_at,"
            + " principal, execution, description, owner, columns FROM table_schemas WHERE table_id"
            + " = ?",
        to,
        from);
  }

  /** The columns of a schema, in their order. */
  static ArrayNode columns(Schema schema) {
    ArrayNode all = Json.array();
    schema.columns().forEach(field -> all.add(column(field)));
    return all;
  }

  static ObjectNode column(NestedField field) {
    return Json.object()
        .put("name", field.name())
        .put("type", SqlTypes.print(field.type()))
        .put("nullable", field.isOptional())
        .put("description", Optional.ofNullable(field.doc()).orElse(""));
  }

  /** What a table had before number {@code before}, the newest first. */
  static List<KeptSchema> history(Transaction tx, String tableId, int limit, long before) {
    return tx.list(
        SELECT + " WHERE table_id = ? AND number < ? ORDER BY number DESC LIMIT ?",
        row ->
            new KeptSchema(
                row.number("number"),
                (int) row.number("schema_id"),
                row.instant("changed_at"),
                row.text("principal"),
                row.optionalText("execution")),
        tableId,
        before,
        limit);
  }

  /** The id of the columns that a table had, of those that were kept. */
  static Optional<Integer> schemaAt(Transaction tx, String tableId, Instant at, String execution) {
    return tx.find(
        "SELECT schema_id FROM table_schemas WHERE table_id = ? AND (changed_at <= ? OR execution ="
            + " ?) ORDER BY number DESC LIMIT 1",
        row -> (int) row.number("schema_id"),
        tableId,
        at,
        execution);
  }

  /** All tables with what they are, by name; without columns where these were never kept. */
  static List<Described> described(Transaction tx) {
    return tx.list(
        "SELECT t.domain, t.layer, t.name, s.description, s.owner, s.columns FROM tables t LEFT JOIN"
            + " table_schemas s ON s.table_id = t.id AND s.number = (SELECT MAX(number) FROM"
            + " table_schemas WHERE table_id = t.id) WHERE t.domain <> ? ORDER BY t.domain,"
            + " t.layer, t.name",
        Described::of,
        Names.SYSTEM);
  }
}
