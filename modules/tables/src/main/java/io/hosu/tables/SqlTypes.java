package io.hosu.tables;

import io.hosu.kernel.HosuException.Invalid;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/**
 * Iceberg's types in the engine's SQL, and back.
 *
 * <p>What the engine knows and Iceberg does not goes to the narrowest type that keeps every value:
 * small and unsigned integers to {@code int} or {@code long}, {@code UBIGINT} and {@code HUGEINT}
 * to decimals, {@code ENUM} and {@code JSON} to text. What would lose something is refused.
 */
public final class SqlTypes {
  private SqlTypes() {}

  /**
   * The engine's text for {@code type}.
   *
   * @throws Invalid {@link TablesError#TYPE_UNSUPPORTED}
   */
  public static String print(Type type) {
    return switch (type.typeId()) {
      case BOOLEAN -> "BOOLEAN";
      case INTEGER -> "INTEGER";
      case LONG -> "BIGINT";
      case FLOAT -> "FLOAT";
      case DOUBLE -> "DOUBLE";
      case DATE -> "DATE";
      case TIME -> "TIME";
      case TIMESTAMP -> isZoned(type) ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP";
      case STRING -> "VARCHAR";
      case UUID -> "UUID";
      case BINARY, FIXED -> "BLOB";
      case DECIMAL -> printDecimal((Types.DecimalType) type);
      case VARIANT -> "VARIANT";
      case LIST -> print(type.asListType().elementType()) + "[]";
      case MAP ->
          "MAP(%s, %s)"
              .formatted(print(type.asMapType().keyType()), print(type.asMapType().valueType()));
      case STRUCT -> printStruct(type.asStructType());
      default -> throw unsupported(type.toString());
    };
  }

  /**
   * The Iceberg type for the engine's {@code text}. Field ids inside it are numbered from 1, as the
   * place where the type goes gives them their real ones.
   *
   * @throws Invalid {@link TablesError#TYPE_UNSUPPORTED}
   */
  public static Type parse(String text) {
    return new SqlTypeParser(text).parse();
  }

  /** Whether a table can keep values of the engine's type {@code text}. */
  public static boolean isKept(String text) {
    try {
      parse(text);
      return true;
    } catch (Invalid e) {
      return false;
    }
  }

  /** Whether only tables of format version 3 can keep {@code type}. */
  public static boolean isOfVersionThree(Type type) {
    return TypeUtil.find(type, Type::isVariantType) != null;
  }

  /** The columns of a schema as the engine describes columns. */
  static List<SqlColumn> columns(Schema schema) {
    return schema.columns().stream()
        .map(field -> new SqlColumn(field.name(), print(field.type())))
        .toList();
  }

  /** Whether {@code type} is a timestamp that stands for a point in time (with a zone). */
  static boolean isZoned(Type type) {
    return type instanceof Types.TimestampType timestamp && timestamp.shouldAdjustToUTC();
  }

  static Invalid unsupported(String type) {
    return unsupported(type, "Convert it in the SQL, for example: CAST(x AS VARCHAR).");
  }

  static Invalid unsupported(String type, String remedy) {
    return new Invalid(
        TablesError.TYPE_UNSUPPORTED, "A table cannot keep the type %s.".formatted(type), remedy);
  }

  private static String printDecimal(Types.DecimalType type) {
    return "DECIMAL(%d,%d)".formatted(type.precision(), type.scale());
  }

  private static String printStruct(Types.StructType type) {
    return type.fields().stream()
        .map(field -> Sql.name(field.name()) + " " + print(field.type()))
        .collect(Collectors.joining(", ", "STRUCT(", ")"));
  }
}
