package io.hosu.tables;

import io.hosu.governance.ColumnNames;
import io.hosu.governance.ColumnNames.Field;
import io.hosu.governance.ColumnNames.Naming;
import io.hosu.governance.ColumnNames.Writer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** What becomes of the names of columns from one metadata of a table to the next. */
final class SchemaNames {
  private SchemaNames() {}

  /** What the policy is to know of a commit; nothing, when it leaves all schemas as they are. */
  static Optional<Naming> naming(
      @Nullable TableMetadata before, TableMetadata after, Writer writer) {
    if (before == null) {
      return Optional.of(new Naming(Set.of(), fields(after.schema()), all(after), writer));
    }
    if (before.currentSchemaId() == after.currentSchemaId()
        && before.schemasById().keySet().containsAll(after.schemasById().keySet())) {
      return Optional.empty();
    }
    Set<Field> known = all(before);
    known.addAll(all(after));
    return Optional.of(new Naming(fields(before.schema()), fields(after.schema()), known, writer));
  }

  /** What it is to know of a table that was there before it was told. */
  static Naming known(TableMetadata table) {
    Set<Field> now = fields(table.schema());
    return new Naming(now, now, all(table), Writer.ENGINE);
  }

  private static Set<Field> all(TableMetadata table) {
    Set<Field> all = new HashSet<>();
    table.schemas().forEach(schema -> add(all, ColumnNames.TOP, schema.columns()));
    return all;
  }

  private static Set<Field> fields(Schema schema) {
    Set<Field> fields = new HashSet<>();
    add(fields, ColumnNames.TOP, schema.columns());
    return fields;
  }

  /** What lies in a list or map lies in its field for elements, keys or values. */
  private static void add(Set<Field> all, int parent, List<NestedField> fields) {
    for (NestedField field : fields) {
      all.add(new Field(field.fieldId(), parent, field.name()));
      Type type = field.type();
      if (type.isNestedType()) {
        add(all, field.fieldId(), type.asNestedType().fields());
      }
    }
  }
}
