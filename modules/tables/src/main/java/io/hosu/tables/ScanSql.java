package io.hosu.tables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The SELECT that reads data files as rows of a table's schema.
 *
 * <p>Files of the same physical schema are read together, by their own column names, and what the
 * table has changed since is done in the projection: so the engine sees plain columns with their
 * statistics. (Its own way to read by field id loses the row counts that joins are ordered by, and
 * renamed fields inside structs.)
 */
final class ScanSql {
  /** The column that {@link #selectWithFile} adds: the local path of the row's file. */
  static final String FILE_COLUMN = "_file";

  private static final String FILE = ", filename AS " + Sql.name(FILE_COLUMN);
  private static final Extra NO_MORE = _ -> "";

  /**
   * A point in time as Parquet had it first, without saying of which zone: Iceberg holds it UTC.
   */
  private static final String OLD_TIMESTAMP = "INT96";

  private final Schema schema;
  private final Deleted deleted;
  private final Extra extra;

  private ScanSql(Schema schema, Deleted deleted, Extra extra) {
    this.schema = schema;
    this.deleted = deleted;
    this.extra = extra;
  }

  /** The columns behind those of the table, each after a comma. */
  private interface Extra {
    String of(Optional<DeletedSql> from);
  }

  /** Makes the SQL of files of the same columns, of which deletes take rows out. */
  @FunctionalInterface
  interface Deleted {
    /** Of files at these local paths; empty when no row is taken out of them. */
    Optional<DeletedSql> of(PhysicalColumn physical, List<String> paths);
  }

  /** The rows of {@code files}, by local path; an empty value: the file is as the schema says. */
  static String select(Schema schema, Map<String, Optional<PhysicalColumn>> files) {
    return select(schema, files, Set.of(), (_, _) -> Optional.empty());
  }

  /** The rows that deletes leave of {@code files}; {@code lessened} have such. */
  static String select(
      Schema schema,
      Map<String, Optional<PhysicalColumn>> files,
      Set<String> lessened,
      Deleted deleted) {
    return new ScanSql(schema, deleted, NO_MORE).union(files, lessened);
  }

  /** The same, with the path of each row's file as {@link #FILE_COLUMN}. */
  static String selectWithFile(
      Schema schema,
      Map<String, Optional<PhysicalColumn>> files,
      Set<String> lessened,
      Deleted deleted) {
    return new ScanSql(schema, deleted, _ -> FILE).union(files, lessened);
  }

  /**
   * The rows that deletes leave of {@code files}, with more columns behind them.
   *
   * @param deleted of all files, also where nothing is taken out
   * @param more the columns, each after a comma
   */
  static String selectWith(
      Schema schema,
      Map<String, Optional<PhysicalColumn>> files,
      Deleted deleted,
      Function<DeletedSql, String> more) {
    return new ScanSql(schema, deleted, from -> from.map(more).orElse(""))
        .union(files, files.keySet());
  }

  /** Files that are read together. */
  private record Group(Optional<PhysicalColumn> physical, boolean lessened) {}

  private String union(Map<String, Optional<PhysicalColumn>> files, Set<String> lessened) {
    if (files.isEmpty()) {
      return nothing();
    }
    Map<Group, List<String>> groups = new LinkedHashMap<>();
    files.forEach((path, physical) ->
        groups
            .computeIfAbsent(new Group(physical, lessened.contains(path)), _ -> new ArrayList<>())
            .add(path));
    return groups.entrySet().stream()
        .map(group -> select(group.getKey().physical(), group.getValue()))
        .collect(Collectors.joining(" UNION ALL "));
  }

  private String nothing() {
    String columns =
        schema.columns().stream()
            .map(field -> "%s AS %s".formatted(absent(field), Sql.name(field.name())))
            .collect(Collectors.joining(", "));
    boolean named = extra.of(Optional.empty()).equals(FILE);
    String file = named ? ", NULL::VARCHAR AS " + Sql.name(FILE_COLUMN) : "";
    return "SELECT %s%s WHERE false".formatted(columns, file);
  }

  private String select(Optional<PhysicalColumn> physical, List<String> paths) {
    Optional<DeletedSql> less = physical.flatMap(columns -> deleted.of(columns, paths));
    Optional<PhysicalColumn> columns = less.map(DeletedSql::columns).or(() -> physical);
    String values =
        schema.columns().stream()
            .map(field -> projected(field, columns))
            .collect(Collectors.joining(", "));
    String from =
        less.map(DeletedSql::from)
            .orElseGet(
                () -> "read_parquet(%s, hive_partitioning = false)".formatted(Sql.texts(paths)));
    return "SELECT %s%s FROM %s".formatted(values, extra.of(less), from);
  }

  private static String projected(NestedField field, Optional<PhysicalColumn> physical) {
    String name = Sql.name(field.name());
    String value = physical.map(root -> value(field, root, "")).orElse(name);
    return value.equals(name) ? name : "%s AS %s".formatted(value, name);
  }

  /** The value of the last of {@code path} in a file: the others are the structs that it is in. */
  static String value(List<NestedField> path, PhysicalColumn root) {
    PhysicalColumn at = root;
    String sql = "";
    for (NestedField field : path.subList(0, path.size() - 1)) {
      Optional<PhysicalColumn> child = at.child(field.fieldId());
      if (child.isEmpty()) {
        return "NULL::" + SqlTypes.print(path.getLast().type());
      }
      at = child.get();
      sql = within(sql, at.name());
    }
    return value(path.getLast(), at, sql);
  }

  /**
   * The value of {@code field} where {@code parent} is a file's root or a struct in {@code sql}.
   */
  private static String value(NestedField field, PhysicalColumn parent, String sql) {
    Optional<PhysicalColumn> column = parent.child(field.fieldId());
    return column.map(c -> converted(within(sql, c.name()), field.type(), c)).orElse(absent(field));
  }

  private static String within(String struct, String name) {
    return struct.isEmpty()
        ? Sql.name(name)
        : "struct_extract(%s, %s)".formatted(struct, Sql.text(name));
  }

  private static String absent(NestedField field) {
    return DefaultSql.ofReading(field);
  }

  private static String converted(String sql, Type type, PhysicalColumn column) {
    if (isSame(type, column)) {
      return sql;
    }
    return switch (type.typeId()) {
      case STRUCT -> struct(sql, type.asStructType(), column);
      case LIST -> {
        String element = converted("e", type.asListType().elementType(), column.only().only());
        yield "list_transform(%s, lambda e: %s)".formatted(sql, element);
      }
      case MAP -> map(sql, type.asMapType(), column.only());
      case TIMESTAMP ->
          SqlTypes.isZoned(type) && column.kind().equals(OLD_TIMESTAMP)
              ? "(%s::TIMESTAMP AT TIME ZONE 'UTC')".formatted(sql)
              : sql + "::" + SqlTypes.print(type);
      default -> sql + "::" + SqlTypes.print(type);
    };
  }

  private static String struct(String sql, Types.StructType type, PhysicalColumn column) {
    String fields =
        type.fields().stream()
            .map(field -> Sql.name(field.name()) + " := " + value(field, column, sql))
            .collect(Collectors.joining(", "));
    return "CASE WHEN %s IS NULL THEN NULL ELSE struct_pack(%s) END".formatted(sql, fields);
  }

  private static String map(String sql, Types.MapType type, PhysicalColumn entries) {
    String key = converted("e.key", type.keyType(), entries.children().get(0));
    String value = converted("e.value", type.valueType(), entries.children().get(1));
    String entry = "struct_pack(k := %s, v := %s)".formatted(key, value);
    return "map_from_entries(list_transform(map_entries(%s), lambda e: %s))".formatted(sql, entry);
  }

  /** Whether the file's column already reads as {@code type}, names and order included. */
  private static boolean isSame(Type type, PhysicalColumn column) {
    return switch (type.typeId()) {
      case STRUCT -> isSameStruct(type.asStructType().fields(), column.children());
      case LIST -> isSame(type.asListType().elementType(), column.only().only());
      case MAP ->
          isSame(type.asMapType().keyType(), column.only().children().get(0))
              && isSame(type.asMapType().valueType(), column.only().children().get(1));
      case INTEGER, STRING -> !column.kind().equals(PhysicalColumn.ANNOTATED);
      case TIMESTAMP -> !column.kind().equals(OLD_TIMESTAMP);
      case LONG -> column.kind().equals("INT64");
      case DOUBLE -> column.kind().equals("DOUBLE");
      case DECIMAL -> column.kind().equals(SqlTypes.print(type));
      default -> true;
    };
  }

  private static boolean isSameStruct(List<NestedField> fields, List<PhysicalColumn> columns) {
    if (fields.size() != columns.size()) {
      return false;
    }
    for (int i = 0; i < fields.size(); i++) {
      NestedField field = fields.get(i);
      PhysicalColumn column = columns.get(i);
      if (field.fieldId() != column.id()
          || !field.name().equals(column.name())
          || !isSame(field.type(), column)) {
        return false;
      }
    }
    return true;
  }
}
