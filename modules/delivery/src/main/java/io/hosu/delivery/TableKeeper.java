package io.hosu.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.delivery.Change.Verb;
import io.hosu.delivery.Declared.Kind;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import io.hosu.tables.CommitContext;
import io.hosu.tables.Compatibility;
import io.hosu.tables.PartitionDeclaration;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.TableChange;
import io.hosu.tables.TableDefinition;
import io.hosu.tables.TableDefinitions;
import io.hosu.tables.TableLayout;
import io.hosu.tables.Tables;
import io.hosu.tables.WriteTarget;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the tables that datasets declare. A table that is no longer declared stays with its rows,
 * and so does a column with its values, but of a table under contract: that has the declared ones
 * alone.
 */
final class TableKeeper implements Keeper {
  private final Tables tables;
  private final TableDefinitions definitions;

  TableKeeper(Tables tables, TableDefinitions definitions) {
    this.tables = tables;
    this.definitions = definitions;
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
              new Declared.Evolving(
                  column.has("nullable")
                      ? Optional.of(column.path("nullable").asBoolean())
                      : Optional.empty(),
                  column.path("was").asText(),
                  Declarations.texts(column.path("renames"))),
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
        Compatibility.of(spec.path("compatibility").asText()),
        TableUpkeepYaml.of(spec.path("upkeep")),
        new TableAbout(
            spec.path("description").asText(),
            spec.path("owner").asText(),
            Declarations.texts(spec.path("tags"))));
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
    Set<String> dropped = kept(step.before().orElseThrow(), step.after().orElseThrow());
    return dropped.isEmpty()
        ? List.of()
        : List.of("No longer declared, but kept with their values: " + String.join(", ", dropped));
  }

  /** The columns that stay though they are not declared any more; a contract keeps none. */
  private static Set<String> kept(Declared before, Declared after) {
    Set<String> kept = new TreeSet<>();
    if (before instanceof Declared.Table was
        && after instanceof Declared.Table is
        && is.compatibility().isEmpty()) {
      was.columns().forEach(column -> kept.add(column.name()));
      is.columns()
          .forEach(column -> kept.removeAll(List.of(column.name(), column.evolving().was())));
    }
    return kept;
  }

  @Override
  public Work prepare(List<Diff.Step> steps, String principal) {
    List<TableChange> changes = new ArrayList<>();
    for (Diff.Step step : steps) {
      if (step.after().isPresent() && step.after().get() instanceof Declared.Table table) {
        changes.add(new TableChange.Define(target(table)));
      } else {
        TableName gone = TableName.parse(step.thing().name());
        definitions.released(gone).map(TableChange.Define::new).ifPresent(changes::add);
      }
    }
    return new Definitions(tables.prepare(CommitContext.of(principal), changes));
  }

  /** The table as it is to be. */
  WriteTarget target(Declared.Table table) {
    TableLayout layout =
        new TableLayout(
            table.layout().partitionBy().stream().map(PartitionDeclaration::parse).toList(),
            table.layout().sortBy(),
            table.layout().formatVersion());
    return definitions.target(
        table.table(),
        new TableDefinition(
            table.columns().stream().map(TableKeeper::column).toList(),
            layout,
            table.compatibility(),
            table.about().description(),
            table.about().owner(),
            table.upkeep()));
  }

  private static TableDefinition.Column column(Declared.Column column) {
    return new TableDefinition.Column(
        column.name(),
        column.type(),
        column.evolving().nullable(),
        column.description(),
        column.evolving().was(),
        column.evolving().renames());
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
      publish(tx);
      Declarations.put(tx, declared);
    }

    private void publish(Transaction tx) {
      if (!tx.equals(publishedIn)) {
        commit.publish(tx);
        publishedIn = tx;
      }
    }

    @Override
    public void remove(Transaction tx, Declared declared) {
      publish(tx);
      Declarations.remove(tx, declared);
    }

    @Override
    public void close() {
      commit.close();
    }
  }
}
