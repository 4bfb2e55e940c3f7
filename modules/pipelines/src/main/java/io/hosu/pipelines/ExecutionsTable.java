package io.hosu.pipelines;

import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.query.SystemTable;
import io.hosu.query.engine.Column;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.Sql;
import io.hosu.tables.TablePointer;
import io.hosu.tables.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The system table {@code system.executions}: the executions of the state database and those that
 * {@link ExecutionArchive} has moved, of one moment, as far as who asks may see them.
 */
public final class ExecutionsTable implements SystemTable {
  private static final int PART = 500;

  private final Database database;
  private final Tables tables;
  private final Policy policy;

  public ExecutionsTable(Database database, Tables tables, Policy policy) {
    this.database = database;
    this.tables = tables;
    this.policy = policy;
  }

  @Override
  public String name() {
    return "system.executions";
  }

  @Override
  public List<Column> columns() {
    return ExecutionLines.COLUMNS;
  }

  /** What one transaction tells. */
  private record Told(int longest, Optional<TablePointer> older, List<StageName> stages) {}

  @Override
  public Rows write(Principal principal, List<Column> columns, Path file) throws IOException {
    Rights rights = policy.rights();
    Seen seen = Seen.of(rights, principal);
    try {
      Told told =
          database.read(tx -> tell(tx, seen, columns, SeenRecords.of(tx, rights, principal), file));
      return new Rows(told.longest(), older(told, seen, rights, principal));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static Told tell(
      Transaction tx, Seen seen, List<Column> columns, SeenRecords records, Path file) {
    try (ExecutionLines lines = new ExecutionLines(tx, columns, records, file)) {
      List<Execution> part;
      String after = "";
      do {
        part =
            tx.list(
                "SELECT * FROM executions WHERE id > ? ORDER BY id LIMIT " + PART,
                ExecutionView::view,
                after);
        for (Execution one : part) {
          after = one.id();
          if (seen.stages().test(one.stage())) {
            lines.add(one);
          }
        }
      } while (part.size() == PART);
      return new Told(
          lines.longest(),
          TablePointer.of(tx, ExecutionArchive.TABLE),
          EndedExecutions.notedStages(tx));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<Older> older(Told told, Seen seen, Rights rights, Principal principal) {
    List<StageName> visible = told.stages().stream().filter(seen.stages()).toList();
    if (told.older().isEmpty() || visible.isEmpty()) {
      return Optional.empty();
    }
    String condition = visible.size() == told.stages().size() ? "" : ofStages(visible);
    ArchivedCells cells = new ArchivedCells(SeenRecords.of(database, rights, principal), visible);
    return Optional.of(
        new Older(tables.plan(told.older().get()), condition, cells.sql(named(rights, principal))));
  }

  /** The tables that may be known by name; empty: all that there are and were. */
  private Optional<List<TableName>> named(Rights rights, Principal principal) {
    return rights.wholly(principal, Permission.DESCRIBE, new Resource.Lake())
        ? Optional.empty()
        : Optional.of(
            tables.list().stream()
                .filter(table -> rights.visible(principal, Resource.of(table)))
                .toList());
  }

  /** The condition that a row is of one of these stages; the words of a name hold no dot. */
  static String ofStages(List<StageName> stages) {
    return stages.stream()
        .map(stage -> Sql.text(stage.toString()))
        .collect(
            Collectors.joining(
                ", ", "\"domain\" || '.' || \"pipeline\" || '.' || \"stage\" IN (", ")"));
  }
}
