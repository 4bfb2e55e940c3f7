package io.hosu.delivery;

import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.kernel.TableName;
import io.hosu.tables.SqlColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The columns of a table in the text of its dataset, which stays as people wrote it. */
final class ColumnsYaml {
  private static final String COLUMN = "[A-Za-z_][A-Za-z0-9_]*";
  private static final String PLAIN_TYPE = "[A-Za-z_][A-Za-z0-9_]*( [A-Za-z_]+)*";

  private final List<String> lines;
  private final Mapping columns;

  private ColumnsYaml(List<String> lines, Mapping columns) {
    this.lines = lines;
    this.columns = columns;
  }

  /** Those of {@code table} in the text of a file; empty when it declares another. */
  static Optional<ColumnsYaml> of(String path, String text, TableName table) {
    return YamlReader.read(path, text, new Mistakes())
        .flatMap(value -> value instanceof Mapping file ? file.mapping("tables") : Optional.empty())
        .flatMap(tables ->
            tables.entries().stream()
                .filter(entry ->
                    ProjectDraft.tableName(table.domain(), entry.key())
                        .filter(table::equals)
                        .isPresent())
                .findFirst())
        .flatMap(entry ->
            entry.value() instanceof Mapping its ? its.mapping("columns") : Optional.empty())
        .filter(columns -> !columns.entries().isEmpty())
        .map(columns -> new ColumnsYaml(new ArrayList<>(text.lines().toList()), columns));
  }

  /** The text with {@code wanted} among the columns: of these types, or added after the last. */
  String with(List<SqlColumn> wanted) {
    List<SqlColumn> added = new ArrayList<>();
    for (SqlColumn column : wanted) {
      columns.entries().stream()
          .filter(entry -> entry.key().equalsIgnoreCase(column.name()))
          .findFirst()
          .ifPresentOrElse(entry -> retype(entry, column.type()), () -> added.add(column));
    }
    add(added);
    return String.join("\n", lines) + "\n";
  }

  private void retype(Entry entry, String type) {
    Optional<Scalar> now =
        switch (entry.value()) {
          case Scalar scalar -> Optional.of(scalar);
          case Mapping full -> full.scalar("type");
          case YamlValue.Sequence _ -> Optional.empty();
        };
    now.ifPresent(scalar -> {
      int at = scalar.place().line() - 1;
      int from = scalar.place().column() - 1;
      String line = lines.get(at);
      lines.set(at, line.substring(0, from) + text(type) + line.substring(from + length(scalar)));
    });
  }

  /** As it is written, with its quotes. */
  private int length(Scalar scalar) {
    String rest = lines.get(scalar.place().line() - 1).substring(scalar.place().column() - 1);
    char first = rest.charAt(0);
    return first == '"' || first == '\'' ? rest.indexOf(first, 1) + 1 : scalar.text().length();
  }

  /** Below the last column, or beside it where they stand between braces. */
  private void add(List<SqlColumn> added) {
    if (added.isEmpty()) {
      return;
    }
    Entry last = columns.entries().getLast();
    Place first = columns.place();
    boolean inBraces =
        lines.get(first.line() - 1).substring(Math.max(0, first.column() - 1)).startsWith("{");
    if (inBraces) {
      int at = end(last.value()) - 1;
      int brace = lines.get(at).lastIndexOf('}');
      String line = lines.get(at);
      List<String> texts = added.stream().map(ColumnsYaml::line).toList();
      String rest = line.substring(brace);
      lines.set(
          at,
          line.substring(0, brace).stripTrailing() + ", " + String.join(", ", texts) + " " + rest);
    } else {
      String indent = " ".repeat(last.place().column() - 1);
      List<String> texts = added.stream().map(column -> indent + line(column)).toList();
      lines.addAll(end(last.value()), texts);
    }
  }

  /** The last line that a value stands on, counted from 1. */
  private static int end(YamlValue value) {
    int end = value.place().line();
    switch (value) {
      case Scalar _ -> {}
      case Mapping mapping -> {
        for (Entry entry : mapping.entries()) {
          end = Math.max(end, Math.max(entry.place().line(), end(entry.value())));
        }
      }
      case YamlValue.Sequence sequence -> {
        for (YamlValue item : sequence.items()) {
          end = Math.max(end, end(item));
        }
      }
    }
    return end;
  }

  private static String line(SqlColumn column) {
    String name = column.name().matches(COLUMN) ? column.name() : "\"%s\"".formatted(column.name());
    return name + ": " + text(column.type());
  }

  private static String text(String type) {
    return type.matches(PLAIN_TYPE) ? type : "\"%s\"".formatted(type.replace("\"", "\\\""));
  }
}
