package io.hosu.tables;

import io.hosu.tables.SchemaStep.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** Finds what becomes of columns from one schema to another, by their ids. */
final class SchemaSteps {
  private final Map<Integer, Place> before;
  private final Map<Integer, Place> after;
  private final List<SchemaStep> steps = new ArrayList<>();

  private SchemaSteps(Schema before, Schema after) {
    this.before = places(before);
    this.after = places(after);
  }

  /** A field, where it is and in which other it lies: -1 in none. */
  private record Place(String path, int parent, NestedField field) {}

  /**
   * What a compatibility is asked about when a table changes: what its columns become, and of a
   * transitive one, where they change, what all become that it ever had.
   */
  static List<SchemaStep> between(TableMetadata before, TableMetadata after, Compatibility mode) {
    List<SchemaStep> steps = between(before.schema(), after.schema());
    if (steps.isEmpty() || !mode.isTransitive()) {
      return steps;
    }
    Set<SchemaStep> all = new LinkedHashSet<>(steps);
    before.schemas().forEach(schema -> all.addAll(between(schema, after.schema())));
    return List.copyOf(all);
  }

  /** The steps from {@code before} to {@code after}; none when they are the same. */
  static List<SchemaStep> between(Schema before, Schema after) {
    SchemaSteps steps = new SchemaSteps(before, after);
    steps.before.forEach((id, place) -> steps.old(place, steps.after.get(id)));
    steps.after.forEach((id, place) -> steps.fresh(id, place));
    steps.order(before, after);
    return List.copyOf(steps.steps);
  }

  private void old(Place was, @Nullable Place is) {
    if (is == null) {
      gone(was);
      return;
    }
    NestedField from = was.field();
    NestedField to = is.field();
    if (!from.name().equals(to.name())) {
      add(Kind.RENAME, was.path(), from.name(), to.name());
    }
    if (to.type().isPrimitiveType() && !from.type().equals(to.type())) {
      add(Kind.WIDEN, was.path(), print(from.type()), print(to.type()));
    }
    if (from.isRequired() != to.isRequired()) {
      add(from.isRequired() ? Kind.LOOSEN : Kind.REQUIRE, was.path(), "", "");
    }
    if (!Objects.equals(from.doc(), to.doc())) {
      add(Kind.DESCRIBE, was.path(), text(from.doc()), text(to.doc()));
    }
  }

  /** What lies in one that is gone is gone with it. */
  private void gone(Place was) {
    if (was.parent() >= 0 && !after.containsKey(was.parent())) {
      return;
    }
    after.values().stream()
        .filter(is -> is.path().equalsIgnoreCase(was.path()))
        .findFirst()
        .ifPresentOrElse(
            is -> add(Kind.RETYPE, was.path(), print(was.field().type()), print(is.field().type())),
            () -> add(Kind.DROP, was.path(), print(was.field().type()), ""));
  }

  private void fresh(int id, Place is) {
    boolean isNew = !before.containsKey(id);
    boolean inNew = is.parent() >= 0 && !before.containsKey(is.parent());
    boolean replaces =
        before.entrySet().stream()
            .anyMatch(was ->
                !after.containsKey(was.getKey())
                    && was.getValue().path().equalsIgnoreCase(is.path()));
    if (isNew && !inNew && !replaces) {
      add(Kind.ADD, is.path(), "", print(is.field().type()));
    }
  }

  private void order(Schema one, Schema other) {
    Set<Integer> both = new HashSet<>(ids(one));
    both.retainAll(ids(other));
    List<Integer> was = ids(one).stream().filter(both::contains).toList();
    List<Integer> is = ids(other).stream().filter(both::contains).toList();
    if (!was.equals(is)) {
      String from = String.join(", ", WriteTarget.names(one));
      add(Kind.REORDER, "", from, String.join(", ", WriteTarget.names(other)));
    }
  }

  private static List<Integer> ids(Schema schema) {
    return schema.columns().stream().map(NestedField::fieldId).toList();
  }

  private void add(Kind kind, String column, String from, String to) {
    steps.add(new SchemaStep(kind, column, from, to));
  }

  private static String text(@Nullable String doc) {
    return doc == null ? "" : doc;
  }

  private static String print(Type type) {
    return type.typeId() == Type.TypeID.UNKNOWN ? "NULL" : SqlTypes.print(type);
  }

  private static Map<Integer, Place> places(Schema schema) {
    Map<Integer, Place> all = new LinkedHashMap<>();
    add(all, "", -1, schema.columns());
    return all;
  }

  private static void add(
      Map<Integer, Place> all, String prefix, int parent, List<NestedField> fields) {
    for (NestedField field : fields) {
      String path = prefix + field.name();
      all.put(field.fieldId(), new Place(path, parent, field));
      if (field.type().isNestedType()) {
        add(all, path + ".", field.fieldId(), field.type().asNestedType().fields());
      }
    }
  }
}
