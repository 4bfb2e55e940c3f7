package io.hosu.query.worker;

import io.hosu.query.engine.ResultFormat;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Writes the rows of one result, in one of the formats, into a text that its owner empties. */
final class ResultWriter {
  private final StringBuilder out = new StringBuilder(1 << 16);
  private final ResultFormat format;
  private final List<Field> fields = new ArrayList<>();
  private long rows;

  ResultWriter(ResultFormat format, ResultSetMetaData columns) throws SQLException {
    this.format = format;
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      fields.add(new Field(i, Kind.of(columns.getColumnTypeName(i)), columns.getColumnName(i)));
    }
  }

  private enum Kind {
    WHOLE,
    TEXT,
    OTHER;

    static Kind of(String type) {
      return switch (type) {
        case "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UTINYINT", "USMALLINT", "UINTEGER" ->
            WHOLE;
        case "VARCHAR" -> TEXT;
        default -> OTHER;
      };
    }
  }

  private record Field(int index, Kind kind, String name, String jsonName) {
    Field(int index, Kind kind, String name) {
      this(index, kind, name, jsonName(name));
    }

    private static String jsonName(String name) {
      StringBuilder out = new StringBuilder();
      Values.quoted(out, name);
      return out.append(':').toString();
    }
  }

  /** What was written and not yet taken. */
  StringBuilder out() {
    return out;
  }

  long rows() {
    return rows;
  }

  /** What stands before the first row. */
  void begin() {
    switch (format) {
      case CSV -> {
        for (Field field : fields) {
          separate(field);
          csv(field.name());
        }
        out.append("\n");
      }
      case JSON -> out.append('[');
      case NDJSON -> {}
      case PARQUET -> throw new IllegalStateException("Parquet is no text.");
    }
  }

  /** The row at which the result stands. */
  void row(ResultSet row) throws SQLException {
    switch (format) {
      case CSV -> csvRow(row);
      case JSON -> {
        out.append(rows == 0 ? "\n" : ",\n");
        jsonRow(row);
      }
      case NDJSON -> {
        jsonRow(row);
        out.append('\n');
      }
      case PARQUET -> throw new IllegalStateException("Parquet is no text.");
    }
    rows++;
  }

  /** What stands after the last row. */
  void end() {
    if (format == ResultFormat.JSON) {
      out.append(rows == 0 ? "]\n" : "\n]\n");
    }
  }

  private void csvRow(ResultSet row) throws SQLException {
    for (Field field : fields) {
      separate(field);
      switch (field.kind()) {
        case WHOLE -> {
          long value = row.getLong(field.index());
          if (!row.wasNull()) {
            out.append(value);
          }
        }
        case TEXT -> {
          String value = row.getString(field.index());
          if (value != null) {
            csv(value);
          }
        }
        case OTHER -> {
          Object value = row.getObject(field.index());
          if (value != null) {
            csv(Values.text(value));
          }
        }
      }
    }
    out.append("\n");
  }

  private void separate(Field field) {
    if (field.index() > 1) {
      out.append(',');
    }
  }

  private void csv(String text) {
    boolean plain = !text.isEmpty();
    for (int i = 0; i < text.length() && plain; i++) {
      char c = text.charAt(i);
      plain = c != '"' && c != ',' && c != '\n' && c != '\r';
    }
    if (plain) {
      out.append(text);
    } else {
      out.append('"').append(text.replace("\"", "\"\"")).append('"');
    }
  }

  private void jsonRow(ResultSet row) throws SQLException {
    out.append('{');
    for (Field field : fields) {
      separate(field);
      out.append(field.jsonName());
      switch (field.kind()) {
        case WHOLE -> {
          long value = row.getLong(field.index());
          if (row.wasNull()) {
            out.append("null");
          } else {
            out.append(value);
          }
        }
        case TEXT -> Values.json(out, row.getString(field.index()));
        case OTHER -> Values.json(out, row.getObject(field.index()));
      }
    }
    out.append('}');
  }
}
