package io.hosu.tables;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The columns that a data file does not hold, as its partition says what they are in all of its
 * rows: Iceberg's first rule of column projection.
 */
final class GivenValues {
  private GivenValues() {}

  /**
   * The values as SQL, by field id.
   *
   * @param spec by which the file was divided off
   * @param held what the file really holds
   */
  static Map<Integer, String> of(
      DataFile file, PartitionSpec spec, Schema schema, PhysicalColumn held) {
    Map<Integer, String> given = new HashMap<>();
    List<PartitionField> fields = spec.fields();
    for (int i = 0; i < fields.size(); i++) {
      int id = fields.get(i).sourceId();
      NestedField column = schema.asStruct().field(id);
      if (fields.get(i).transform().isIdentity() && column != null && held.child(id).isEmpty()) {
        Type type = spec.partitionType().fields().get(i).type();
        given.put(id, sql(type, file.partition().get(i, Object.class), column.type()));
      }
    }
    return given;
  }

  private static String sql(
      Type type, @org.jspecify.annotations.Nullable Object value, Type wanted) {
    String text = value == null ? "NULL" : DefaultSql.print(type, value);
    return value != null && type.equals(wanted)
        ? text
        : "%s::%s".formatted(text, SqlTypes.print(wanted));
  }
}
