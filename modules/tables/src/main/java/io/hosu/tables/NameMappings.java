package io.hosu.tables;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.mapping.MappedField;
import org.apache.iceberg.mapping.MappedFields;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * By which names a table's columns are found in files that bear no field ids: Iceberg's {@code
 * schema.name-mapping.default}. A name that stood for a column once stands for it for ever.
 */
final class NameMappings {
  private static final String PROPERTY = TableProperties.DEFAULT_NAME_MAPPING;

  private NameMappings() {}

  /** The mapping of a table, if it has one; what an engine wrote there that is none counts not. */
  static Optional<NameMapping> of(TableMetadata table) {
    try {
      return Optional.ofNullable(table.properties().get(PROPERTY)).map(NameMappingParser::fromJson);
    } catch (IllegalArgumentException | UncheckedIOException _) {
      return Optional.empty();
    }
  }

  /**
   * A file's columns with their field ids: its own, or those that its names stand for. What stands
   * for nothing has none.
   *
   * @param schemas of the table; the one that is read first
   * @throws io.hosu.kernel.HosuException.Invalid {@link TablesError#FILE_FOREIGN} when it has none
   *     and there is no mapping
   */
  static PhysicalColumn identified(
      PhysicalColumn file, Path path, Optional<NameMapping> names, List<Schema> schemas) {
    return names.isEmpty() || file.hasIds()
        ? file.identified(path)
        : new PhysicalColumn(
            file.name(),
            file.id(),
            file.kind(),
            identified(file.children(), names.get().asMappedFields(), schemas));
  }

  private static List<PhysicalColumn> identified(
      List<PhysicalColumn> columns, @Nullable MappedFields names, List<Schema> schemas) {
    List<PhysicalColumn> all = new ArrayList<>();
    for (PhysicalColumn column : columns) {
      Integer id = names == null ? null : names.id(column.name());
      NestedField field = id == null ? null : find(id, schemas);
      all.add(
          field == null
              ? new PhysicalColumn(column.name(), 0, column.kind(), column.children())
              : identified(column, field, names, schemas));
    }
    return all;
  }

  private static @Nullable NestedField find(int id, List<Schema> schemas) {
    return schemas.stream()
        .map(schema -> schema.findField(id))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static PhysicalColumn identified(
      PhysicalColumn column,
      NestedField field,
      @Nullable MappedFields among,
      List<Schema> schemas) {
    MappedField mapped = among == null ? null : among.field(field.fieldId());
    MappedFields names = mapped == null ? null : mapped.nestedMapping();
    List<PhysicalColumn> children =
        switch (field.type().typeId()) {
          case STRUCT -> identified(column.children(), names, schemas);
          case LIST, MAP -> entries(column, field.type().asNestedType().fields(), names, schemas);
          default -> column.children();
        };
    return new PhysicalColumn(column.name(), field.fieldId(), column.kind(), children);
  }

  /** What is in a list or a map goes by its place: its middle has no id. */
  private static List<PhysicalColumn> entries(
      PhysicalColumn column,
      List<NestedField> fields,
      @Nullable MappedFields names,
      List<Schema> schemas) {
    if (column.children().size() != 1 || column.only().children().size() != fields.size()) {
      return column.children();
    }
    List<PhysicalColumn> entries = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      entries.add(identified(column.only().children().get(i), fields.get(i), names, schemas));
    }
    PhysicalColumn middle = column.only();
    return List.of(new PhysicalColumn(middle.name(), middle.id(), middle.kind(), entries));
  }

  /**
   * The same table, in which files also find its columns by the names that these have now, and by
   * {@code spellings} of theirs.
   *
   * @param spellings other names of columns, by field id
   */
  static TableMetadata extended(TableMetadata table, Map<Integer, Set<String>> spellings) {
    MappedFields before = of(table).map(NameMapping::asMappedFields).orElse(null);
    NameMapping after = NameMapping.of(extended(before, table.schema().columns(), spellings));
    String json = NameMappingParser.toJson(after);
    return json.equals(table.properties().get(PROPERTY)) ? table : with(table, json);
  }

  private static TableMetadata with(TableMetadata table, String json) {
    Map<String, String> properties = new HashMap<>(table.properties());
    properties.put(PROPERTY, json);
    return table.replaceProperties(properties);
  }

  private static MappedFields extended(
      @Nullable MappedFields before,
      List<NestedField> fields,
      Map<Integer, Set<String>> spellings) {
    List<MappedField> all = new ArrayList<>();
    Set<Integer> ids = new LinkedHashSet<>();
    for (NestedField field : fields) {
      ids.add(field.fieldId());
      MappedField known = before == null ? null : before.field(field.fieldId());
      Set<String> names = new LinkedHashSet<>(known == null ? Set.of() : known.names());
      List<String> more = new ArrayList<>(List.of(field.name()));
      more.addAll(spellings.getOrDefault(field.fieldId(), Set.of()));
      more.stream().filter(name -> before == null || before.id(name) == null).forEach(names::add);
      all.add(
          MappedField.of(
              field.fieldId(),
              names,
              nested(known == null ? null : known.nestedMapping(), field.type(), spellings)));
    }
    if (before != null) {
      before.fields().stream().filter(gone -> !ids.contains(gone.id())).forEach(all::add);
    }
    return MappedFields.of(all);
  }

  private static @Nullable MappedFields nested(
      @Nullable MappedFields before, Type type, Map<Integer, Set<String>> spellings) {
    return type instanceof Type.NestedType nested
        ? extended(before, nested.fields(), spellings)
        : null;
  }

  /**
   * What the change of a mapping from {@code base} to {@code changed} is on the table as it is now.
   *
   * @return null when it has got another mapping since, and the change must be made anew
   */
  static @Nullable TableMetadata settled(
      @Nullable TableMetadata base, TableMetadata changed, TableMetadata now) {
    String wanted = changed.properties().get(PROPERTY);
    String before = base == null ? null : base.properties().get(PROPERTY);
    String is = now.properties().get(PROPERTY);
    if (wanted == null || wanted.equals(before) || wanted.equals(is)) {
      return now;
    }
    return Objects.equals(before, is) ? with(now, wanted) : null;
  }
}
