package io.hosu.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.AuditRecords;
import io.hosu.governance.AuditRow;
import io.hosu.governance.Decision;
import io.hosu.governance.Doings;
import io.hosu.governance.Governance;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.kernel.Instants;
import io.hosu.query.engine.Column;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.Sql;
import io.hosu.tables.TablePointer;
import io.hosu.tables.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The system table {@code system.lake.audit}: the audit records of the state database and those
 * that {@link AuditArchive} has moved, of one moment. Administrators see all of them, others what
 * they did themselves, without the conditions that hid something from them.
 */
public final class AuditTable implements SystemTable {
  /** The columns of the rows. */
  static final List<Column> COLUMNS = columnsOfRecords();

  /** How engines have values written. */
  static final Doings.Literals IN_ENGINES =
      new Doings.Literals() {
        @Override
        public String of(String text) {
          return Sql.text(text);
        }

        @Override
        public String of(Instant time) {
          return Sql.text(Instants.print(time)) + "::TIMESTAMPTZ";
        }
      };

  private static final int PART = 1000;

  private final Database database;
  private final Tables tables;
  private final Governance governance;

  public AuditTable(Database database, Tables tables, Governance governance) {
    this.database = database;
    this.tables = tables;
    this.governance = governance;
  }

  private static List<Column> columnsOfRecords() {
    List<Column> columns = new ArrayList<>();
    for (String name : AuditRow.COLUMNS) {
      columns.add(
          new Column(
              name,
              switch (name) {
                case "seq", "rows", "bytes" -> "BIGINT";
                case "time" -> "TIMESTAMP WITH TIME ZONE";
                case "columns" -> "VARCHAR[]";
                default -> "VARCHAR";
              }));
    }
    columns.add(new Column("hash", "VARCHAR"));
    return List.copyOf(columns);
  }

  @Override
  public String name() {
    return "system.lake.audit";
  }

  @Override
  public List<Column> columns() {
    return COLUMNS;
  }

  /**
   * What somebody sees of the records.
   *
   * @param json a record as far as it is seen
   * @param cells the same, in SQL, of what moved
   */
  private record View(
      AuditRecords.Filter filter, Function<AuditRow, ObjectNode> json, Map<String, String> cells) {
    static final View ALL = new View(AuditRecords.Filter.all(), AuditRow::toJson, Map.of());

    static View own(Principal principal, Policy policy) {
      Map<String, String> cells = new HashMap<>(Map.of("hash", "CAST(NULL AS VARCHAR)"));
      for (String column : AuditRow.CONDITIONS) {
        cells.put(
            column,
            "CASE WHEN %s IS NOT NULL THEN %s END"
                .formatted(Sql.name(column), Sql.text(AuditRow.HELD_BACK)));
      }
      return new View(AuditRecords.Filter.of(policy.own(principal)), AuditRow::toJsonOfOwn, cells);
    }
  }

  /** What one transaction tells. */
  private record Told(int longest, Optional<TablePointer> older) {}

  @Override
  public Rows write(Principal principal, List<Column> columns, Path file) throws IOException {
    governance.audit().flush();
    View view =
        governance.policy().decide(principal, Permission.ADMIN, new Resource.Lake())
                instanceof Decision.Allowed
            ? View.ALL
            : View.own(principal, governance.policy());
    try {
      Told told = database.read(tx -> tell(tx, view, columns, file));
      return new Rows(
          told.longest(),
          told.older()
              .map(table -> new Older(tables.plan(table), visible(view.filter), view.cells)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static Told tell(Transaction tx, View view, List<Column> columns, Path file) {
    try (JsonLines lines = new JsonLines(file)) {
      List<AuditRow> part;
      long after = Long.MIN_VALUE;
      do {
        part = AuditRecords.next(tx, view.filter, after, PART);
        add(lines, part.stream().map(view.json).toList(), columns);
        after = part.isEmpty() ? after : part.getLast().seq();
      } while (part.size() == PART);
      return new Told(lines.longest(), TablePointer.of(tx, AuditArchive.TABLE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds records, each as far as {@code columns} go. */
  static void add(JsonLines lines, List<ObjectNode> records, List<Column> columns)
      throws IOException {
    Set<String> wanted = columns.stream().map(Column::name).collect(Collectors.toSet());
    for (ObjectNode record : records) {
      lines.add(json -> {
        for (var field : record.properties()) {
          if (wanted.contains(field.getKey())) {
            json.writeFieldName(field.getKey());
            json.writeTree(field.getValue());
          }
        }
      });
    }
  }

  /** The condition that a row tells of one of those that are wanted; empty: all rows do. */
  static String visible(AuditRecords.Filter filter) {
    return filter.doings().condition(AuditTable.IN_ENGINES).orElse("");
  }
}
