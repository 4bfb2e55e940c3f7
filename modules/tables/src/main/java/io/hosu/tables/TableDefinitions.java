package io.hosu.tables;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Ids;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Tables as lake projects declare them: with columns that are renamed, dropped, moved and
 * described, and with a contract that says which changes of them are let through. May be used from
 * any thread.
 */
public final class TableDefinitions {
  private static final String COMMENT = "comment";

  /** Not {@code owner}, which engines set to who made a table. */
  private static final String OWNER = "hosu.owner";

  private final Database database;
  private final Ids ids;
  private final Tables tables;

  public TableDefinitions(Database database, Ids ids, Tables tables) {
    this.database = database;
    this.ids = ids;
    this.tables = tables;
  }

  /**
   * A table as {@code definition} wants it, for a {@link TableChange.Define}. What its contract
   * refuses is not looked at: {@link WriteTarget#steps} tells what is to be asked about.
   *
   * @throws Invalid when the table cannot become that, whatever the contract says
   */
  public WriteTarget target(TableName name, TableDefinition definition) {
    TableMetadata base = tables.find(name).map(LakeTable::metadata).orElse(null);
    TableMetadata changed = base == null ? created(name, definition) : changed(base, definition);
    return new WriteTarget(name, base, with(changed, properties(definition)), List.of(), List.of());
  }

  /** A table as it is without its contract; empty when it has none, or is not there. */
  public Optional<WriteTarget> released(TableName name) {
    return tables
        .find(name)
        .map(LakeTable::metadata)
        .filter(ContractGuard::isFixed)
        .map(base -> {
          Map<String, String> left = new HashMap<>(defined(base));
          left.remove(Compatibility.PROPERTY);
          return new WriteTarget(name, base, with(base, left), List.of(), List.of());
        });
  }

  private TableMetadata created(TableName name, TableDefinition definition) {
    return Evolution.create(
        TableLocations.free(database, name, ids),
        DefinedSchema.create(definition),
        definition.layout());
  }

  private static TableMetadata changed(TableMetadata base, TableDefinition definition) {
    SchemaChange change = DefinedSchema.of(base, definition);
    requireUnused(base, change.schema(), definition.layout());
    return Evolution.extend(base, change, definition.layout());
  }

  /** A column by which rows are divided, sorted or told apart cannot go. */
  static void requireUnused(TableMetadata base, Schema schema, TableLayout layout) {
    Set<Integer> gone = new HashSet<>();
    base.schema().columns().forEach(field -> gone.add(field.fieldId()));
    schema.columns().forEach(field -> gone.remove(field.fieldId()));
    for (PartitionSpec spec : base.specs()) {
      spec.fields().stream()
          .filter(field -> gone.contains(field.sourceId()))
          .findFirst()
          .ifPresent(
              field -> refuse(base, field.sourceId(), "files of the table are divided by it"));
    }
    if (layout.sortBy().isEmpty()) {
      SortOrder order = base.sortOrder();
      order.fields().stream()
          .filter(field -> gone.contains(field.sourceId()))
          .findFirst()
          .ifPresent(field -> refuse(base, field.sourceId(), "the table is sorted by it"));
    }
    base.schema().identifierFieldIds().stream()
        .filter(gone::contains)
        .findFirst()
        .ifPresent(id -> refuse(base, id, "an engine tells rows apart by it"));
  }

  private static void refuse(TableMetadata base, int id, String why) {
    NestedField field = base.schema().findField(id);
    throw new Invalid(
        TablesError.SCHEMA_INCOMPATIBLE,
        "Column '%s' cannot be dropped: %s.".formatted(field.name(), why),
        "Leave it among the columns, of the type that it has.");
  }

  private static Map<String, String> properties(TableDefinition definition) {
    Map<String, String> properties = new HashMap<>();
    definition
        .compatibility()
        .ifPresent(mode -> properties.put(Compatibility.PROPERTY, mode.word()));
    if (!definition.description().isEmpty()) {
      properties.put(COMMENT, definition.description());
    }
    if (!definition.owner().isEmpty()) {
      properties.put(OWNER, definition.owner());
    }
    properties.putAll(definition.upkeep().properties());
    return properties;
  }

  /** The same table with exactly these of the properties that definitions set. */
  private static TableMetadata with(TableMetadata table, Map<String, String> wanted) {
    if (defined(table).equals(wanted)) {
      return table;
    }
    Map<String, String> all = new HashMap<>(table.properties());
    all.keySet().removeAll(defined(table).keySet());
    all.putAll(wanted);
    return table.replaceProperties(all);
  }

  /** Those of its properties that definitions set. */
  private static Map<String, String> defined(TableMetadata table) {
    Set<String> names = UpkeepRules.defined(table);
    names.addAll(List.of(Compatibility.PROPERTY, COMMENT, OWNER));
    Map<String, String> defined = new HashMap<>(table.properties());
    defined.keySet().retainAll(names);
    return defined;
  }

  /**
   * What a change that was made from {@code base} to {@code changed} is on the table as it is now.
   *
   * @param rebased the table as it is now, with the columns and the layout of {@code changed}
   * @return null when it has come under another contract since, and the change must be made anew
   */
  static @Nullable TableMetadata settled(
      @Nullable TableMetadata base, TableMetadata changed, TableMetadata rebased) {
    if (base == null) {
      return rebased;
    }
    if (!defined(base).equals(defined(changed))) {
      return with(rebased, defined(changed));
    }
    return contract(base).equals(contract(rebased)) ? rebased : null;
  }

  /** What a table is, for people; empty: nobody said. */
  static String description(TableMetadata table) {
    return table.properties().getOrDefault(COMMENT, "");
  }

  /** Who answers for a table; empty: the owner of its domain. */
  static String owner(TableMetadata table) {
    return table.properties().getOrDefault(OWNER, "");
  }

  /** The word of the contract that a table has; empty: none. */
  static String contract(TableMetadata table) {
    return table.properties().getOrDefault(Compatibility.PROPERTY, "");
  }
}
