package io.hosu.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.delivery.Change.Verb;
import io.hosu.delivery.Declared.Kind;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import io.hosu.tables.CommitContext;
import io.hosu.tables.PartitionDeclaration;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.SqlColumn;
import io.hosu.tables.TableChange;
import io.hosu.tables.TableLayout;
import io.hosu.tables.Tables;
import io.hosu.tables.WriteTarget;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the tables that datasets declare. A table that is no longer declared stays with its rows,
 * and a column that is no longer declared stays with its values: applying a project loses no data.
 */
final class TableKeeper implements Keeper {
  private final Tables tables;

  TableKeeper(Tables tables) {
    this.tables = tables;
  }

  @Override
  public Kind kind() {
    return Kind.TABLE;
  }

  /** A declared table that somebody dropped is not kept: applying the project makes it again. */
  @Override
  public List<Declared> list(Transaction tx) {
    Set<TableName> there = new HashSet<>(Tables.list(tx));
    List<Declared> declared = new ArrayList<>();
    Declarations.list(tx, Kind.TABLE)
        .forEach((name, spec) -> {
          if (there.contains(TableName.parse(name))) {
            declared.add(read(TableName.parse(name), spec));
          }
        });
    return declared;
  }

  private static Declared.Table read(TableName name, JsonNode spec) {
    List<Declared.Column> columns = new ArrayList<>();
    for (JsonNode column : spec.path("columns")) {
      columns.add(
          new Declared.Column(
              column.path("name").asText(),
              column.path("type").asText(),
              column.path("description").asText(),
              Declarations.texts(column.path("tags"))));
    }
    return new Declared.Table(
        name,
        columns,
        new Declared.Layout(
            texts(spec, "key"),
            texts(spec, "partition_by"),
            texts(spec, "sort_by"),
            spec.has("format_version")
                ? OptionalInt.of(spec.path("format_version").asInt())
                : OptionalInt.empty()),
        new Declared.About(
            spec.path("description").asText(), Declarations.texts(spec.path("tags"))));
  }

  private static List<String> texts(JsonNode spec, String field) {
    return spec.path(field).valueStream().map(JsonNode::asText).toList();
  }

  @Override
  public List<String> notes(Transaction tx, Diff.Step step) {
    if (step.verb() == Verb.REMOVE) {
      return List.of("The table stays with its rows; it is only no longer declared.");
    }
    if (step.verb() == Verb.CREATE) {
      return Tables.list(tx).contains(TableName.parse(step.thing().name()))
          ? List.of("The table exists already; from now on the lake project declares it.")
          : List.of();
    }
    TreeSet<String> dropped = new TreeSet<>(columns(step.before().orElseThrow()));
    dropped.removeAll(columns(step.after().orElseThrow()));
    return dropped.isEmpty()
        ? List.of()
        : List.of("No longer declared, but kept with their values: " + String.join(", ", dropped));
  }

  private static List<String> columns(Declared declared) {
    return declared instanceof Declared.Table table
        ? table.columns().stream().map(Declared.Column::name).toList()
        : List.of();
  }

  @Override
  public Work prepare(List<Diff.Step> steps, String principal) {
    List<TableChange> changes = new ArrayList<>();
    for (Diff.Step step : steps) {
      if (step.after().isPresent() && step.after().get() instanceof Declared.Table table) {
        changes.add(new TableChange.Define(target(table)));
      }
    }
    return new Definitions(tables.prepare(CommitContext.of(principal), changes));
  }

  private WriteTarget target(Declared.Table table) {
    List<SqlColumn> columns =
        table.columns().stream()
            .map(column -> new SqlColumn(column.name(), column.type()))
            .toList();
    TableLayout layout =
        new TableLayout(
            table.layout().partitionBy().stream().map(PartitionDeclaration::parse).toList(),
            table.layout().sortBy(),
            table.layout().formatVersion());
    return tables.target(table.table(), columns, layout, Tables.Columns.EVOLVE);
  }

  /** All definitions at once, with the first step of the transaction that they become true in. */
  private static final class Definitions implements Work {
    private final PreparedCommit commit;
    private @Nullable Transaction publishedIn;

    Definitions(PreparedCommit commit) {
      this.commit = commit;
    }

    @Override
    public void put(Transaction tx, Declared declared) {
      if (!tx.equals(publishedIn)) {
        commit.publish(tx);
        publishedIn = tx;
      }
      Declarations.put(tx, declared);
    }

    @Override
    public void remove(Transaction tx, Declared declared) {
      Declarations.remove(tx, declared);
    }

    @Override
    public void close() {
      commit.close();
    }
  }
}
