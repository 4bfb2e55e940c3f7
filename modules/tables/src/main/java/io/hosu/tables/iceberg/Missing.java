package io.hosu.tables.iceberg;

import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Suggestions;
import io.hosu.kernel.TableName;
import io.hosu.tables.TablesError;
import java.util.List;

/** What is not there, in the words that Iceberg's catalogs have for it. */
final class Missing {
  private Missing() {}

  /** That there is no such table, with a suggestion among {@code known}. */
  static NotFound table(TableName name, List<TableName> known) {
    return table(id(name), known.stream().map(Missing::id).toList());
  }

  /** The same for what may be no name that a table can have. */
  static NotFound table(String id, List<String> known) {
    return new NotFound(
        TablesError.TABLE_NOT_FOUND,
        "Table does not exist: %s%s".formatted(id, Suggestions.ending(id, known)),
        "See the tables with: hosu tables list");
  }

  /** That there is no such view, with a suggestion among {@code known}. */
  static NotFound view(String id, List<TableName> known) {
    return new NotFound(
        TablesError.VIEW_NOT_FOUND,
        "View does not exist: %s%s"
            .formatted(id, Suggestions.ending(id, known.stream().map(Missing::id).toList())),
        "See the views of its namespace at the Iceberg door.");
  }

  /** A name as the protocol has it within a warehouse. */
  static String id(TableName name) {
    return name.layer() + "." + name.table();
  }
}
