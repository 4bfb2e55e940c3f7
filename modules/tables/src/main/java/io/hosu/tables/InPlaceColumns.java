package io.hosu.tables;

import io.hosu.kernel.HosuException.Invalid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** The columns that a table needs for files that lie elsewhere. Belongs to one thread. */
final class InPlaceColumns {
  private final Map<String, String> types;
  private final Optional<NameMapping> mapping;
  private final Map<String, Set<String>> spellings = new HashMap<>();
  private final Set<List<Object>> seen = new HashSet<>();
  private Schema schema;
  private int lastId;

  /**
   * None of files yet.
   *
   * @param base the table as it is; null: there is none
   * @param types of columns that folders give, where the table does not have them
   */
  InPlaceColumns(@Nullable TableMetadata base, Map<String, String> types) {
    this.types = types;
    this.mapping = base == null ? Optional.empty() : NameMappings.of(base);
    this.schema = base == null ? new Schema() : base.schema();
    this.lastId = base == null ? 0 : base.lastColumnId();
  }

  /**
   * Makes room for the columns of a file, and for those that its folders give.
   *
   * @throws Invalid naming the object, when they do not fit
   */
  void add(InPlaceFile file) {
    if (!seen.add(
        List.of(file.columns(), file.misfits(), file.hasIds(), file.folders().keySet()))) {
      return;
    }
    if (file.hasIds()) {
      throw InPlacePlanner.unfit(
          file.object(), "its columns bear field ids, which are those of another table");
    }
    file.misfits()
        .forEach((column, why) -> {
          throw InPlacePlanner.unfit(file.object(), "column '%s': %s".formatted(column, why));
        });
    Map<String, SqlColumn> incoming = new LinkedHashMap<>();
    file.columns().forEach(column -> add(file, column, incoming));
    file.folders().keySet().stream()
        .filter(
            folder -> file.columns().stream().noneMatch(it -> it.name().equalsIgnoreCase(folder)))
        .forEach(folder -> incoming.put(folder, given(folder)));
    try {
      SchemaChange change = SchemaChange.evolve(schema, lastId, List.copyOf(incoming.values()));
      schema = change.schema();
      lastId = change.lastColumnId();
    } catch (Invalid e) {
      throw new Invalid(e.code(), "%s: %s".formatted(file.object(), e.what()), e.remedy(), e);
    }
  }

  private void add(InPlaceFile file, SqlColumn column, Map<String, SqlColumn> incoming) {
    Optional<Integer> id =
        mapping.map(NameMapping::asMappedFields).map(names -> names.id(column.name()));
    NestedField named = schema.caseInsensitiveFindField(column.name());
    if (id.isPresent()) {
      NestedField field = schema.findField(id.get());
      if (named != null && named.fieldId() != id.get()) {
        throw InPlacePlanner.unfit(
            file.object(),
            "in files without field ids, '%s' stands for a column that the table %s"
                .formatted(
                    column.name(),
                    field == null ? "dropped" : "calls '%s' now".formatted(field.name())));
      }
      if (field != null) {
        incoming.put(column.name(), new SqlColumn(field.name(), column.type()));
      }
      return;
    }
    String name = named == null || isInside(named) ? column.name() : named.name();
    spellings.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(column.name());
    incoming.put(column.name(), new SqlColumn(name, column.type()));
  }

  /** A dot in a name makes Iceberg look into structs. */
  private boolean isInside(NestedField field) {
    return schema.asStruct().field(field.fieldId()) == null;
  }

  private SqlColumn given(String folder) {
    NestedField known = schema.caseInsensitiveFindField(folder);
    return known == null
        ? new SqlColumn(folder, types.getOrDefault(folder, "VARCHAR"))
        : new SqlColumn(known.name(), SqlTypes.print(known.type()));
  }

  /** All columns of the table then. */
  List<SqlColumn> all() {
    return SqlTypes.columns(schema);
  }

  /** How files call columns of {@code target}, by field id. */
  Map<Integer, Set<String>> spellings(Schema target) {
    Map<Integer, Set<String>> byId = new HashMap<>();
    for (NestedField field : target.columns()) {
      byId.put(field.fieldId(), spellings.getOrDefault(field.name(), Set.of()));
    }
    return byId;
  }

  /** How a new table is divided: by the folders that all files lie in. */
  TableLayout layout(List<InPlaceFile> files) {
    Set<String> folders = new LinkedHashSet<>(files.getFirst().folders().keySet());
    for (InPlaceFile file : files) {
      if (!file.folders().keySet().equals(folders)) {
        throw InPlacePlanner.unfit(
            file.object(),
            "it lies in folders %s, and others in %s".formatted(file.folders().keySet(), folders));
      }
    }
    List<PartitionDeclaration> by = new ArrayList<>();
    folders.forEach(folder -> by.add(new PartitionDeclaration("identity", 0, folder)));
    return new TableLayout(by, List.of());
  }
}
