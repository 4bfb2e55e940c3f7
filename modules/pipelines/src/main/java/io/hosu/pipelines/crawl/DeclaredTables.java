package io.hosu.pipelines.crawl;

import io.hosu.kernel.TableName;
import io.hosu.tables.SqlColumn;
import java.util.List;
import java.util.Optional;

/** What the lake project that was applied last says of tables. */
public interface DeclaredTables {
  /** No table is declared. */
  DeclaredTables NONE = (_, _) -> Optional.empty();

  /**
   * A file of the project, and as it would be with other columns.
   *
   * @param path in the project
   */
  record Edit(String path, String before, String after) {}

  /**
   * The file that declares a table, with {@code columns} added to it or of these types; empty when
   * none does.
   */
  Optional<Edit> edited(TableName table, List<SqlColumn> columns);

  /** Whether the project declares a table, so that only it says which columns there are. */
  default boolean declares(TableName table) {
    return edited(table, List.of()).isPresent();
  }
}
