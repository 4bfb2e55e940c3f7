package io.hosu.delivery;

import io.hosu.kernel.TableName;
import io.hosu.pipelines.crawl.DeclaredTables;
import io.hosu.store.Database;
import io.hosu.tables.SqlColumn;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** The tables that the project declares which was applied last. May be used from any thread. */
public final class DeclaredDatasets implements DeclaredTables {
  private final Database database;
  private final AppliedProjects applied;

  public DeclaredDatasets(Database database) {
    this.database = database;
    this.applied = new AppliedProjects(database);
  }

  @Override
  public boolean declares(TableName table) {
    return database
        .read(tx -> Declarations.list(tx, Declared.Kind.TABLE))
        .containsKey(table.toString());
  }

  @Override
  public Optional<Edit> edited(TableName table, List<SqlColumn> columns) {
    return declares(table)
        ? applied.newest().map(project -> edited(applied.files(project.id()), table, columns))
        : Optional.empty();
  }

  /** Where its file cannot be told from others, the change is shown as one of a file of its own. */
  private static Edit edited(
      SortedMap<String, String> files, TableName table, List<SqlColumn> columns) {
    String folder = "domains/%s/datasets/".formatted(table.domain());
    for (Map.Entry<String, String> file : files.tailMap(folder).entrySet()) {
      if (!file.getKey().startsWith(folder)) {
        break;
      }
      Optional<ColumnsYaml> yaml = ColumnsYaml.of(file.getKey(), file.getValue(), table);
      if (yaml.isPresent()) {
        return new Edit(file.getKey(), file.getValue(), yaml.get().with(columns));
      }
    }
    throw new IllegalStateException("No file of the project declares " + table);
  }
}
