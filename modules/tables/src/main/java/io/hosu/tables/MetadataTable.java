package io.hosu.tables;

import com.fasterxml.jackson.core.JsonGenerator;
import io.hosu.kernel.HosuException.Unavailable;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataTableType;
import org.apache.iceberg.MetadataTableUtils;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What Iceberg keeps of a table besides its rows, as rows of a table of its own: its snapshots, its
 * files and so on, with the names and columns of Iceberg's metadata tables. Belongs to one thread.
 */
public final class MetadataTable {
  private static final List<String> KINDS =
      Stream.of(
              MetadataTableType.SNAPSHOTS,
              MetadataTableType.HISTORY,
              MetadataTableType.FILES,
              MetadataTableType.DATA_FILES,
              MetadataTableType.DELETE_FILES,
              MetadataTableType.PARTITIONS,
              MetadataTableType.MANIFESTS,
              MetadataTableType.REFS,
              MetadataTableType.METADATA_LOG_ENTRIES)
          .map(type -> type.name().toLowerCase(Locale.ROOT))
          .toList();

  /** The engine's type of bytes, or a quoted name, in which it means nothing. */
  private static final Pattern BYTES = Pattern.compile("\"(?:[^\"]|\"\")*\"|BLOB");

  private final Table table;

  private MetadataTable(Table table) {
    this.table = table;
  }

  /** What there is of every table: {@code snapshots}, {@code files} and others. */
  public static List<String> kinds() {
    return KINDS;
  }

  /**
   * A metadata table of {@code table} as it was found.
   *
   * @param kind one of {@link #kinds}
   */
  public static MetadataTable of(LakeTable table, String kind) {
    MetadataTableType type = MetadataTableType.from(kind);
    if (type == null || !KINDS.contains(kind)) {
      throw new IllegalArgumentException(kind);
    }
    return new MetadataTable(MetadataTableUtils.createMetadataTableInstance(table.table(), type));
  }

  /** Its columns, as the engine describes columns; bytes are texts of hexadecimal digits. */
  public List<SqlColumn> columns() {
    return SqlTypes.columns(table.schema()).stream()
        .map(column -> new SqlColumn(column.name(), withoutBytes(column.type())))
        .toList();
  }

  private static String withoutBytes(String type) {
    return BYTES
        .matcher(type)
        .replaceAll(found ->
            found.group().equals("BLOB") ? "VARCHAR" : Matcher.quoteReplacement(found.group()));
  }

  /** Takes the rows, one by one. */
  @FunctionalInterface
  public interface Rows {
    /** Takes a row, which is gone when this returns. */
    void add(Row row) throws IOException;
  }

  /** One row. */
  @FunctionalInterface
  public interface Row {
    /** Writes its columns as the fields of a JSON object that has begun. */
    void write(JsonGenerator json) throws IOException;
  }

  /**
   * Gives all rows to {@code rows}, in no order.
   *
   * @param wanted which columns each row has
   * @throws Unavailable when files of the table's metadata cannot be read
   * @throws IOException when {@code rows} throws it
   */
  public void read(Predicate<String> wanted, Rows rows) throws IOException {
    List<NestedField> fields = table.schema().columns();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        try (CloseableIterable<StructLike> part = task.asDataTask().rows()) {
          for (StructLike row : part) {
            rows.add(json -> MetadataJson.fields(json, fields, row, wanted));
          }
        }
      }
    }
  }
}
