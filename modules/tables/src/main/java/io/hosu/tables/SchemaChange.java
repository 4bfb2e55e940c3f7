package io.hosu.tables;

import io.hosu.kernel.HosuException.Invalid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The schema that a table needs so that rows of given columns fit in. Columns go by name, capitals
 * aside; ids of columns that stay never change, ids of columns that went never come back.
 *
 * @param schema all columns with their ids
 * @param lastColumnId the highest id ever used
 */
record SchemaChange(Schema schema, int lastColumnId) {

  /**
   * The schema of a new table.
   *
   * @throws Invalid a column's type or name cannot be kept
   */
  static SchemaChange create(List<SqlColumn> columns) {
    return new Merging(new Schema(), 0).replace(parse(columns));
  }

  /**
   * The schema for rows that join those already there: columns are added or widened, none is lost.
   *
   * @throws Invalid {@link TablesError#SCHEMA_INCOMPATIBLE}, naming the column
   */
  static SchemaChange evolve(Schema current, int lastColumnId, List<SqlColumn> columns) {
    return new Merging(current, lastColumnId).evolve(parse(columns));
  }

  /**
   * The schema for rows that replace all that are there: exactly the given columns, those of a
   * known name and a type that fits with their old id.
   */
  static SchemaChange replace(Schema current, int lastColumnId, List<SqlColumn> columns) {
    return new Merging(current, lastColumnId).replace(parse(columns));
  }

  private static Map<String, Type> parse(List<SqlColumn> columns) {
    Map<String, Type> types = new LinkedHashMap<>();
    Map<String, String> seen = new HashMap<>();
    for (SqlColumn column : columns) {
      String other = seen.put(column.name().toLowerCase(Locale.ROOT), column.name());
      if (other != null) {
        throw new Invalid(
            TablesError.COLUMN_DUPLICATE,
            "Two columns are named '%s' and '%s'.".formatted(other, column.name()),
            "Give one of them another name in the SQL: SELECT x AS other_name.");
      }
      types.put(column.name(), typeOf(column));
    }
    return types;
  }

  private static Type typeOf(SqlColumn column) {
    try {
      return SqlTypes.parse(column.type());
    } catch (Invalid e) {
      throw new Invalid(
          TablesError.TYPE_UNSUPPORTED,
          "Column '%s' has the type %s, which a table cannot keep."
              .formatted(column.name(), column.type()),
          e.remedy(),
          e);
    }
  }

  /** One merge under way: hands out the new ids. */
  private static final class Merging {
    private final Schema current;
    private int lastId;

    Merging(Schema current, int lastColumnId) {
      this.current = current;
      this.lastId = lastColumnId;
    }

    SchemaChange evolve(Map<String, Type> incoming) {
      var fields = merge("", current.columns(), incoming);
      return new SchemaChange(new Schema(fields, current.identifierFieldIds()), lastId);
    }

    SchemaChange replace(Map<String, Type> incoming) {
      List<NestedField> fields = new ArrayList<>();
      incoming.forEach((name, type) -> fields.add(replaced(name, type)));
      return new SchemaChange(new Schema(fields), lastId);
    }

    private NestedField replaced(String name, Type type) {
      Optional<NestedField> old = named(current.columns(), name);
      Optional<Type> merged = old.flatMap(field -> merge(name, field.type(), type));
      if (old.isEmpty() || merged.isEmpty()) {
        return added(name, name, type);
      }
      return NestedField.from(old.get()).withName(name).ofType(merged.get()).build();
    }

    private List<NestedField> merge(
        String prefix, List<NestedField> fields, Map<String, Type> incoming) {
      Map<String, Type> rest = new LinkedHashMap<>(incoming);
      List<NestedField> merged = new ArrayList<>();
      for (NestedField field : fields) {
        Optional<String> name = named(rest, field.name());
        Type type = name.map(rest::remove).orElse(null);
        merged.add(type == null ? missing(prefix, field) : merge(prefix, field, type));
      }
      rest.forEach((name, type) -> merged.add(added(prefix + name, name, type)));
      return merged;
    }

    private static NestedField missing(String prefix, NestedField field) {
      if (field.isRequired()) {
        throw new Invalid(
            TablesError.SCHEMA_INCOMPATIBLE,
            "The table requires column '%s%s', and the rows do not have it."
                .formatted(prefix, field.name()),
            "Add the column to the SELECT.");
      }
      return field;
    }

    private NestedField merge(String prefix, NestedField field, Type incoming) {
      String path = prefix + field.name();
      Type type =
          merge(path, field.type(), incoming)
              .orElseThrow(() -> incompatible(path, field.type(), incoming));
      return NestedField.from(field).ofType(type).build();
    }

    private Optional<Type> merge(String path, Type type, Type incoming) {
      if (incoming.typeId() == Type.TypeID.UNKNOWN) {
        return Optional.of(type);
      }
      if (type.isPrimitiveType() && incoming.isPrimitiveType()) {
        return Widening.of(type.asPrimitiveType(), incoming.asPrimitiveType())
            .map(Type.class::cast);
      }
      if (type.typeId() != incoming.typeId()) {
        return Optional.empty();
      }
      return switch (type.typeId()) {
        case STRUCT -> Optional.of(mergeStruct(path, type.asStructType(), incoming.asStructType()));
        case LIST -> mergeList(path, type.asListType(), incoming.asListType());
        case VARIANT -> Optional.of(type);
        case MAP -> mergeMap(path, type.asMapType(), incoming.asMapType());
        default -> Optional.empty();
      };
    }

    private Type mergeStruct(String path, Types.StructType type, Types.StructType incoming) {
      Map<String, Type> types = new LinkedHashMap<>();
      incoming.fields().forEach(field -> types.put(field.name(), field.type()));
      return Types.StructType.of(merge(path + ".", type.fields(), types));
    }

    private Optional<Type> mergeList(String path, Types.ListType type, Types.ListType incoming) {
      return merge(path + ".element", type.elementType(), incoming.elementType())
          .map(element ->
              type.isElementOptional()
                  ? Types.ListType.ofOptional(type.elementId(), element)
                  : Types.ListType.ofRequired(type.elementId(), element));
    }

    private Optional<Type> mergeMap(String path, Types.MapType type, Types.MapType incoming) {
      boolean sameKey =
          merge(path + ".key", type.keyType(), incoming.keyType())
              .equals(Optional.of(type.keyType()));
      Optional<Type> value = merge(path + ".value", type.valueType(), incoming.valueType());
      return value
          .filter(_ -> sameKey)
          .map(merged ->
              type.isValueOptional()
                  ? Types.MapType.ofOptional(type.keyId(), type.valueId(), type.keyType(), merged)
                  : Types.MapType.ofRequired(type.keyId(), type.valueId(), type.keyType(), merged));
    }

    private NestedField added(String path, String name, Type type) {
      if (TypeUtil.find(type, part -> part.typeId() == Type.TypeID.UNKNOWN) != null) {
        throw new Invalid(
            TablesError.TYPE_UNSUPPORTED,
            "Column '%s' is new and holds only NULL, so that its type is unknown.".formatted(path),
            "Say its type in the SQL, for example: CAST(NULL AS VARCHAR) AS %s."
                .formatted(Sql.name(name)));
      }
      int id = ++lastId;
      return NestedField.optional(id, name, TypeUtil.assignFreshIds(type, () -> ++lastId));
    }

    private static Optional<NestedField> named(List<NestedField> fields, String name) {
      Map<String, Type> types = new LinkedHashMap<>();
      fields.forEach(field -> types.put(field.name(), field.type()));
      return named(types, name)
          .flatMap(known -> fields.stream().filter(f -> f.name().equals(known)).findFirst());
    }

    private static Optional<String> named(Map<String, Type> types, String name) {
      return types.containsKey(name)
          ? Optional.of(name)
          : types.keySet().stream().filter(name::equalsIgnoreCase).findFirst();
    }

    private static Invalid incompatible(String path, Type type, Type incoming) {
      return new Invalid(
          TablesError.SCHEMA_INCOMPATIBLE,
          "Column '%s' is %s in the table and %s in the rows: %s"
              .formatted(path, type, incoming, Misfit.reason(type, incoming)),
          "Convert it in the SQL: CAST(... AS %s), or give the column another name."
              .formatted(SqlTypes.print(type)));
    }
  }
}
