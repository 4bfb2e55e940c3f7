package io.hosu.tables;

import io.hosu.kernel.HosuException.Invalid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The columns that a table gets by its definition. Those that it has keep their ids, also under a
 * new name; a new one never has the id of one that is gone, and so none of its values.
 */
final class DefinedSchema {
  private final TableMetadata base;
  private final TableDefinition definition;
  private int lastId;

  private DefinedSchema(TableMetadata base, TableDefinition definition) {
    this.base = base;
    this.definition = definition;
    this.lastId = base.lastColumnId();
  }

  /** Those of a new table. */
  static Schema create(TableDefinition definition) {
    List<NestedField> fields = new ArrayList<>();
    for (NestedField field : SchemaChange.create(definition.sqlColumns()).schema().columns()) {
      TableDefinition.Column column = declared(definition).get(small(field.name()));
      fields.add(column == null ? field : said(field, column));
    }
    return new Schema(fields);
  }

  /**
   * Those of a table that is there.
   *
   * @throws Invalid {@link TablesError#SCHEMA_INCOMPATIBLE} when they cannot become the declared
   *     ones
   */
  static SchemaChange of(TableMetadata base, TableDefinition definition) {
    return new DefinedSchema(base, definition).change();
  }

  private SchemaChange change() {
    Schema renamed = renamed();
    List<NestedField> fields =
        definition.compatibility().isPresent() ? exact(renamed) : extended(renamed);
    Map<String, TableDefinition.Column> declared = declared(definition);
    List<NestedField> all = new ArrayList<>();
    for (NestedField field : fields) {
      TableDefinition.Column column = declared.get(small(field.name()));
      all.add(column == null ? field : checked(said(field, column)));
    }
    return new SchemaChange(new Schema(all, base.schema().identifierFieldIds()), lastId);
  }

  /** The columns that there are under the names that they get; those that have them, stay. */
  private Schema renamed() {
    UpdateSchema update =
        new BaseTable(new StagedTableOperations(base), base.location()).updateSchema();
    Schema schema = base.schema();
    for (TableDefinition.Column column : definition.columns()) {
      NestedField now = schema.caseInsensitiveFindField(column.name());
      boolean isRenamed = now == null && !column.was().isEmpty();
      NestedField old = isRenamed ? schema.caseInsensitiveFindField(column.was()) : now;
      if (old == null) {
        continue;
      }
      column
          .renames()
          .forEach((path, name) -> {
            NestedField inner = schema.caseInsensitiveFindField(old.name() + "." + path);
            if (inner != null) {
              update.renameColumn(schema.findColumnName(inner.fieldId()), name);
            }
          });
      if (isRenamed || !old.name().equals(column.name())) {
        update.renameColumn(old.name(), column.name());
      }
    }
    return update.apply();
  }

  /** The declared columns first, the others behind them; each as wide as its values. */
  private List<NestedField> extended(Schema renamed) {
    SchemaChange change = SchemaChange.evolve(renamed, lastId, definition.sqlColumns());
    lastId = change.lastColumnId();
    Map<String, NestedField> rest = new LinkedHashMap<>();
    change.schema().columns().forEach(field -> rest.put(small(field.name()), field));
    List<NestedField> fields = new ArrayList<>();
    for (TableDefinition.Column column : definition.columns()) {
      NestedField field = rest.remove(small(column.name()));
      if (field != null) {
        fields.add(field);
      }
    }
    fields.addAll(rest.values());
    return fields;
  }

  private List<NestedField> exact(Schema renamed) {
    Schema wanted = SchemaChange.create(definition.sqlColumns()).schema();
    return fields(renamed.columns(), wanted.columns());
  }

  private List<NestedField> fields(List<NestedField> current, List<NestedField> wanted) {
    List<NestedField> fields = new ArrayList<>();
    for (NestedField one : wanted) {
      Optional<NestedField> old =
          current.stream().filter(field -> small(field.name()).equals(small(one.name()))).findAny();
      Optional<Type> type = old.flatMap(field -> exact(field.type(), one.type()));
      fields.add(
          type.isEmpty()
              ? fresh(one)
              : NestedField.from(old.orElseThrow())
                  .withName(one.name())
                  .ofType(type.get())
                  .build());
    }
    return fields;
  }

  private NestedField fresh(NestedField field) {
    int id = ++lastId;
    return NestedField.optional(
        id, field.name(), TypeUtil.assignFreshIds(field.type(), () -> ++lastId));
  }

  /** The wanted type for the values of the current one; none when it does not hold them all. */
  private Optional<Type> exact(Type current, Type wanted) {
    if (current.isPrimitiveType() && wanted.isPrimitiveType()) {
      return current.equals(wanted)
              || TypeUtil.isPromotionAllowed(current, wanted.asPrimitiveType())
          ? Optional.of(wanted)
          : Optional.empty();
    }
    if (current.typeId() != wanted.typeId()) {
      return Optional.empty();
    }
    return switch (current.typeId()) {
      case STRUCT ->
          Optional.of(
              Types.StructType.of(
                  fields(current.asStructType().fields(), wanted.asStructType().fields())));
      case LIST -> list(current.asListType(), wanted.asListType().elementType());
      case MAP -> map(current.asMapType(), wanted.asMapType());
      case VARIANT -> Optional.of(current);
      default -> Optional.empty();
    };
  }

  private Optional<Type> list(Types.ListType current, Type wanted) {
    return exact(current.elementType(), wanted)
        .map(element ->
            current.isElementOptional()
                ? Types.ListType.ofOptional(current.elementId(), element)
                : Types.ListType.ofRequired(current.elementId(), element));
  }

  private Optional<Type> map(Types.MapType current, Types.MapType wanted) {
    Type key = current.keyType();
    if (!exact(key, wanted.keyType()).equals(Optional.of(key))) {
      return Optional.empty();
    }
    return exact(current.valueType(), wanted.valueType())
        .map(value ->
            current.isValueOptional()
                ? Types.MapType.ofOptional(current.keyId(), current.valueId(), key, value)
                : Types.MapType.ofRequired(current.keyId(), current.valueId(), key, value));
  }

  /**
   * Rows that are there have no value of what is new, and may have none of what is not required.
   */
  private NestedField checked(NestedField field) {
    NestedField old = base.schema().findField(field.fieldId());
    boolean hasRows = !base.snapshots().isEmpty();
    if (field.isRequired() && hasRows && (old == null || old.isOptional())) {
      throw new Invalid(
          TablesError.SCHEMA_INCOMPATIBLE,
          "Column '%s' cannot be nullable: false, as rows that are there may have no value of it."
              .formatted(field.name()),
          "Leave nullable away; a new table can require the column.");
    }
    return field;
  }

  private static NestedField said(NestedField field, TableDefinition.Column column) {
    boolean optional = column.nullable().orElse(field.isOptional());
    return NestedField.from(field)
        .isOptional(optional)
        .withDoc(column.description().isEmpty() ? null : column.description())
        .build();
  }

  private static Map<String, TableDefinition.Column> declared(TableDefinition definition) {
    Map<String, TableDefinition.Column> all = new LinkedHashMap<>();
    definition.columns().forEach(column -> all.put(small(column.name()), column));
    return all;
  }

  private static String small(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
