package io.hosu.benchmarks;

import io.hosu.tables.DataFileBuilder;
import io.hosu.tables.FileStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The floor of {@link Arrival}: the same steps on the same file by the bare engine and Iceberg's
 * own catalog over SQLite, in this process, with nothing between them.
 */
final class BareOrders implements AutoCloseable {
  private static final Schema ORDERS =
      new Schema(
          NestedField.optional(1, "round", Types.LongType.get()),
          NestedField.optional(2, "id", Types.LongType.get()),
          NestedField.optional(3, "customer", Types.StringType.get()),
          NestedField.optional(4, "amount", Types.DoubleType.get()));
  private static final Schema TOTALS =
      new Schema(
          NestedField.optional(1, "round", Types.LongType.get()),
          NestedField.optional(2, "orders", Types.LongType.get()),
          NestedField.optional(3, "amount", Types.DoubleType.get()));

  private final Path folder;
  private final Duck duck = new Duck();
  private final JdbcCatalog catalog;
  private final Table orders;
  private final Table totals;

  BareOrders(Path folder) throws Exception {
    this.folder = Files.createDirectories(folder);
    catalog = new JdbcCatalog(_ -> new LocalFileIO(), null, true);
    catalog.initialize(
        "bare",
        Map.of(
            CatalogProperties.URI,
            "jdbc:sqlite:" + folder.resolve("catalog.db"),
            CatalogProperties.WAREHOUSE_LOCATION,
            folder.resolve("warehouse").toString(),
            "jdbc.schema-version",
            "V1"));
    catalog.createNamespace(Namespace.of("shop"));
    orders = catalog.createTable(TableIdentifier.of("shop", "orders"), ORDERS);
    totals = catalog.createTable(TableIdentifier.of("shop", "totals"), TOTALS);
  }

  /** From the bytes of a file to the answer that counts its rows. */
  List<String> round(long round, byte[] csv) throws Exception {
    Path file = folder.resolve(round + ".csv");
    Files.write(file, csv);
    orders.newAppend().appendFile(write(orders, Arrival.ORDERS_SQL, readCsv(file))).commit();
    String totalsSql = Arrival.TOTALS_SQL.replace("stage.orders", scan(orders));
    totals
        .newOverwrite()
        .overwriteByRowFilter(Expressions.alwaysTrue())
        .addFile(write(totals, totalsSql, ""))
        .commit();
    return duck.rows("SELECT orders FROM %s WHERE round = %d".formatted(scan(totals), round));
  }

  private static String readCsv(Path file) {
    return "read_csv('%s')".formatted(file);
  }

  private DataFile write(Table table, String sql, String input) throws Exception {
    Path file =
        Files.createDirectories(Path.of(table.location(), "data"))
            .resolve(UUID.randomUUID() + ".parquet");
    List<String> ids =
        table.schema().columns().stream().map(f -> f.name() + ": " + f.fieldId()).toList();
    List<FileStatistics> written =
        duck.copy(
            "COPY (%s) TO '%s' (%s, FIELD_IDS {%s})"
                .formatted(
                    input.isEmpty() ? sql : sql.replace("input", input),
                    file,
                    Duck.OPTIONS,
                    String.join(", ", ids)));
    return new DataFileBuilder(
            table.schema(), PartitionSpec.unpartitioned(), SortOrder.unsorted(), table.properties())
        .build(written.getFirst(), file.toString());
  }

  private static String scan(Table table) throws IOException {
    table.refresh();
    List<String> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> files.add("'" + task.file().location() + "'"));
    }
    return "read_parquet([%s])".formatted(String.join(", ", files));
  }

  @Override
  public void close() throws SQLException {
    duck.close();
    catalog.close();
  }
}
