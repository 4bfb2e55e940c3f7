package io.hosu.tables;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table as it is declared.
 *
 * @param columns in their order
 * @param compatibility of its contract: the table has exactly these columns, and which changes of
 *     them are let through. Empty: it has no contract, and keeps columns that are not declared
 * @param description what it is, for people; may be empty
 * @param owner who answers for it; empty: the owner of its domain
 * @param upkeep what it says of its own upkeep
 */
public record TableDefinition(
    List<Column> columns,
    TableLayout layout,
    Optional<Compatibility> compatibility,
    String description,
    String owner,
    UpkeepRules upkeep) {
  public TableDefinition {
    columns = List.copyOf(columns);
  }

  /** One for which the owner of its domain answers. */
  public TableDefinition(
      List<Column> columns,
      TableLayout layout,
      Optional<Compatibility> compatibility,
      String description,
      UpkeepRules upkeep) {
    this(columns, layout, compatibility, description, "", upkeep);
  }

  /**
   * A column as it is declared.
   *
   * @param type in the words of SQL
   * @param nullable whether rows may lack it; empty: as the table has it, and a new one may
   * @param description what it is, for people; may be empty
   * @param was the name that it had before; empty: none is said
   * @param renames fields inside it that get another name: by their path in it as it was, with dots
   */
  public record Column(
      String name,
      String type,
      Optional<Boolean> nullable,
      String description,
      String was,
      Map<String, String> renames) {
    public Column {
      renames = Map.copyOf(renames);
    }
  }

  List<SqlColumn> sqlColumns() {
    return columns.stream().map(column -> new SqlColumn(column.name(), column.type())).toList();
  }
}
