package io.hosu.pipelines.crawl;

import io.hosu.tables.ColumnDrift;
import io.hosu.tables.LakeTable;
import io.hosu.tables.SqlColumn;
import java.util.List;

/** A table that no lake project declares, as a dataset would declare it. */
final class DatasetYaml {
  private DatasetYaml() {}

  /** The table as it is, and with {@code columns}. */
  static DeclaredTables.Edit edit(LakeTable table, List<SqlColumn> columns) {
    String path =
        "domains/%s/datasets/%s.yaml".formatted(table.name().domain(), table.name().table());
    return new DeclaredTables.Edit(
        path, yaml(table, table.columns()), yaml(table, ColumnDrift.of(table, columns).columns()));
  }

  private static String yaml(LakeTable table, List<SqlColumn> columns) {
    StringBuilder yaml = new StringBuilder("tables:\n");
    yaml.append("  %s.%s:\n    columns:\n".formatted(table.name().layer(), table.name().table()));
    columns.forEach(column -> yaml.append("      ").append(line(column)).append('\n'));
    if (!table.partitionBy().isEmpty()) {
      yaml.append("    partition_by: [%s]\n".formatted(String.join(", ", table.partitionBy())));
    }
    return yaml.toString();
  }

  /** A column as a line of a mapping. */
  static String line(SqlColumn column) {
    return "%s: %s".formatted(text(column.name()), text(column.type()));
  }

  /** Between quotes where YAML would read something else. */
  private static String text(String text) {
    return text.matches("[A-Za-z_][A-Za-z0-9_]*(\\([0-9]+\\))?") && !isWord(text)
        ? text
        : "\"%s\"".formatted(text.replace("\\", "\\\\").replace("\"", "\\\""));
  }

  private static boolean isWord(String text) {
    return text.matches("(?i)true|false|null|yes|no|on|off|y|n");
  }
}
