package io.hosu.tables;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Whether columns that an engine gives a table can be those of its rows. Field ids are for ever: by
 * them the values in files that were written before are found (Iceberg specification, "Schema
 * Evolution").
 */
final class SoundColumns {
  /** The metadata of a table is JSON, which nests at most 1,000 deep, several for each of these. */
  private static final int DEEPEST = 100;

  private SoundColumns() {}

  /**
   * What is wrong, as sentences without their end.
   *
   * @param before null: the table is new
   */
  static List<String> faults(@Nullable TableMetadata before, TableMetadata after) {
    List<String> faults = new ArrayList<>();
    Set<Integer> known = new HashSet<>();
    if (before != null) {
      before.schemas().forEach(schema -> known.add(schema.schemaId()));
    }
    for (Schema schema : after.schemas()) {
      if (!known.contains(schema.schemaId())) {
        names(schema.asStruct(), "", 0, faults);
      }
    }
    if (before != null && before.currentSchemaId() != after.currentSchemaId()) {
      moved(before, after, faults);
    }
    return faults;
  }

  /** SQL does not tell them apart. */
  private static void names(Type type, String within, int depth, List<String> faults) {
    if (!type.isNestedType()) {
      return;
    }
    if (depth > DEEPEST) {
      faults.add("its columns are nested more than %d deep".formatted(DEEPEST));
      return;
    }
    Map<String, String> seen = new HashMap<>();
    for (NestedField field : type.asNestedType().fields()) {
      String other = seen.put(field.name().toLowerCase(Locale.ROOT), field.name());
      if (other != null) {
        faults.add(
            "columns '%s' and '%s'%s differ by case alone, and SQL knows no such difference"
                .formatted(other, field.name(), within));
      }
      if (field.fieldId() < 1) {
        faults.add(
            "column '%s'%s has the field id %d, and ids begin with 1"
                .formatted(field.name(), within, field.fieldId()));
      }
      names(field.type(), " within '%s'".formatted(field.name()), depth + 1, faults);
    }
  }

  private static void moved(TableMetadata before, TableMetadata after, List<String> faults) {
    Map<Integer, NestedField> was = TypeUtil.indexById(before.schema().asStruct());
    Map<Integer, NestedField> is = TypeUtil.indexById(after.schema().asStruct());
    if (!keepsRows(before, after)) {
      return;
    }
    is.forEach((id, field) -> {
      NestedField old = was.get(id);
      if (old == null) {
        added(before, field, isTop(after.schema(), id), faults);
      } else {
        changed(old, field, faults);
      }
    });
  }

  private static boolean isTop(Schema schema, int id) {
    return schema.asStruct().field(id) != null;
  }

  /** Whether rows that the table has stay in it, and are read by the new columns from here on. */
  private static boolean keepsRows(TableMetadata before, TableMetadata after) {
    return before.currentSnapshot() != null && !new UpdateEffects(before, after).isSetAside();
  }

  private static void added(
      TableMetadata before, NestedField field, boolean isTop, List<String> faults) {
    if (field.fieldId() <= before.lastColumnId()) {
      faults.add(
          "column '%s' would have the field id %d of a column that was dropped, and show its values; the next free id is %d"
              .formatted(field.name(), field.fieldId(), before.lastColumnId() + 1));
    } else if (isTop && field.isRequired() && field.initialDefault() == null) {
      faults.add(
          "column '%s' is required and has no default, and rows that are there have no value for it"
              .formatted(field.name()));
    }
  }

  private static void changed(NestedField was, NestedField is, List<String> faults) {
    boolean same = was.type().equals(is.type());
    if (!same && !isSameKind(was.type(), is.type()) && !isWider(was.type(), is.type())) {
      faults.add(
          "column '%s' would be %s, and the values that are there are %s, which cannot be read so"
              .formatted(is.name(), is.type(), was.type()));
    }
    if (was.isOptional() && is.isRequired()) {
      faults.add(
          "column '%s' would be required, and rows that are there may have no value for it"
              .formatted(is.name()));
    }
  }

  /** Of nested types each part is looked at by itself. */
  private static boolean isSameKind(Type was, Type is) {
    return was.isNestedType() && was.typeId() == is.typeId();
  }

  private static boolean isWider(Type was, Type is) {
    return was.isPrimitiveType()
        && is.isPrimitiveType()
        && TypeUtil.isPromotionAllowed(was, is.asPrimitiveType());
  }
}
