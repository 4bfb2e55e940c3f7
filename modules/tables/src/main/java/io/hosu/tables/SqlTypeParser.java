package io.hosu.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Reads the engine's text of one type. Used once. */
final class SqlTypeParser {
  private final String text;
  private int at;
  private int lastId;

  SqlTypeParser(String text) {
    this.text = text;
  }

  Type parse() {
    Type type = type();
    skipBlanks();
    if (at != text.length()) {
      throw SqlTypes.unsupported(text);
    }
    return type;
  }

  private Type type() {
    Type type = scalarOrNested();
    while (next('[')) {
      at = text.indexOf(']', at) + 1;
      if (at == 0) {
        throw SqlTypes.unsupported(text);
      }
      type = Types.ListType.ofOptional(++lastId, type);
    }
    return type;
  }

  private Type scalarOrNested() {
    String word = words();
    return switch (word) {
      case "BOOLEAN", "BOOL" -> Types.BooleanType.get();
      case "TINYINT", "SMALLINT", "INTEGER", "INT", "UTINYINT", "USMALLINT" ->
          Types.IntegerType.get();
      case "BIGINT", "LONG", "UINTEGER" -> Types.LongType.get();
      case "UBIGINT" -> Types.DecimalType.of(20, 0);
      case "HUGEINT" -> Types.DecimalType.of(38, 0);
      case "FLOAT", "REAL" -> Types.FloatType.get();
      case "DOUBLE" -> Types.DoubleType.get();
      case "DECIMAL", "NUMERIC" -> decimal();
      case "VARCHAR", "TEXT", "STRING", "JSON" -> Types.StringType.get();
      case "ENUM" -> enumeration();
      case "VARIANT" -> Types.VariantType.get();
      case "UUID" -> Types.UUIDType.get();
      case "BLOB", "BYTEA" -> Types.BinaryType.get();
      case "DATE" -> Types.DateType.get();
      case "TIME" -> Types.TimeType.get();
      case "TIMESTAMP", "DATETIME", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_US" ->
          Types.TimestampType.withoutZone();
      case "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ" -> Types.TimestampType.withZone();
      case "STRUCT", "ROW" -> struct();
      case "MAP" -> map();
      case "\"NULL\"" -> Types.UnknownType.get();
      case "TIMESTAMP_NS" ->
          throw SqlTypes.unsupported(word, "Keep microseconds: CAST(x AS TIMESTAMP).");
      case "UHUGEINT" -> throw SqlTypes.unsupported(word, "Use: CAST(x AS DECIMAL(38,0)).");
      default -> throw SqlTypes.unsupported(text);
    };
  }

  private Type decimal() {
    if (!next('(')) {
      return Types.DecimalType.of(18, 3);
    }
    int precision = number();
    int scale = next(',') ? number() : 0;
    require(')');
    return Types.DecimalType.of(precision, scale);
  }

  private Type enumeration() {
    require('(');
    boolean quoted = false;
    while (at < text.length() && (quoted || text.charAt(at) != ')')) {
      quoted ^= text.charAt(at++) == '\'';
    }
    require(')');
    return Types.StringType.get();
  }

  private Type struct() {
    List<NestedField> fields = new ArrayList<>();
    require('(');
    do {
      String name = name();
      int id = ++lastId;
      fields.add(NestedField.optional(id, name, type()));
    } while (next(','));
    require(')');
    return Types.StructType.of(fields);
  }

  private Type map() {
    require('(');
    int keyId = ++lastId;
    Type key = type();
    require(',');
    int valueId = ++lastId;
    Type value = type();
    require(')');
    return Types.MapType.ofOptional(keyId, valueId, key, value);
  }

  /** The words of a type's name: one, except for {@code TIMESTAMP WITH TIME ZONE} and its like. */
  private String words() {
    skipBlanks();
    int start = at;
    if (at < text.length() && text.charAt(at) == '"') {
      name();
      return text.substring(start, at);
    }
    while (at < text.length() && (isWord(text.charAt(at)) || text.charAt(at) == ' ')) {
      at++;
    }
    return text.substring(start, at).strip().toUpperCase(Locale.ROOT);
  }

  private String name() {
    skipBlanks();
    if (at < text.length() && text.charAt(at) == '"') {
      return quotedName();
    }
    int start = at;
    while (at < text.length() && text.charAt(at) != ' ') {
      at++;
    }
    return text.substring(start, at);
  }

  private String quotedName() {
    StringBuilder name = new StringBuilder();
    at++;
    while (at < text.length()) {
      char character = text.charAt(at++);
      if (character != '"') {
        name.append(character);
      } else if (at < text.length() && text.charAt(at) == '"') {
        name.append('"');
        at++;
      } else {
        return name.toString();
      }
    }
    throw SqlTypes.unsupported(text);
  }

  private int number() {
    skipBlanks();
    int start = at;
    while (at < text.length() && Character.isDigit(text.charAt(at))) {
      at++;
    }
    if (start == at) {
      throw SqlTypes.unsupported(text);
    }
    return Integer.parseInt(text.substring(start, at));
  }

  private boolean next(char wanted) {
    skipBlanks();
    boolean found = at < text.length() && text.charAt(at) == wanted;
    at += found ? 1 : 0;
    return found;
  }

  private void require(char wanted) {
    if (!next(wanted)) {
      throw SqlTypes.unsupported(text);
    }
  }

  private void skipBlanks() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private static boolean isWord(char character) {
    return Character.isLetterOrDigit(character) || character == '_';
  }
}
