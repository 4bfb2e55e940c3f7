package io.hosu.tables;

import io.hosu.kernel.HosuException.Invalid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The columns by whose values deletes name rows, found by their ids: also those that the table has
 * dropped since, and fields of structs.
 *
 * @param schemas those of the table; the one that is read first, then the latest first
 */
record EqualityKeys(List<Schema> schemas) {
  /** Of a table whose rows are read with the columns of {@code first}. */
  static EqualityKeys of(Schema first, TableMetadata metadata) {
    List<Schema> schemas = new ArrayList<>(List.of(first));
    metadata.schemas().stream()
        .sorted(Comparator.comparingInt(Schema::schemaId).reversed())
        .forEach(schemas::add);
    return new EqualityKeys(List.copyOf(schemas));
  }

  /**
   * The field of this id, with the structs that it is in before it.
   *
   * @throws Invalid {@link TablesError#DELETES_UNSUPPORTED} when the table never had it
   */
  List<NestedField> path(int id) {
    for (Schema schema : schemas) {
      if (schema.findField(id) != null) {
        return path(schema, id);
      }
    }
    throw new Invalid(
        TablesError.DELETES_UNSUPPORTED,
        "Deletes name rows by a column of id %d, which the table never had.".formatted(id),
        "Have the engine that wrote them rewrite the table's data files.");
  }

  private static List<NestedField> path(Schema schema, int id) {
    Map<Integer, Integer> parents = TypeUtil.indexParents(schema.asStruct());
    List<NestedField> path = new ArrayList<>();
    Integer at = id;
    while (at != null) {
      path.addFirst(schema.findField(at));
      at = parents.get(at);
    }
    return path;
  }
}
