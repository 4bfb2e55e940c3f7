package io.hosu.query.worker;

import io.hosu.kernel.Sizes;
import io.hosu.query.engine.WorkbookLimits;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.duckdb.DuckDBDriver;

/**
 * What an engine process is told on its command line.
 *
 * @param memory DuckDB's memory limit, as DuckDB writes it
 * @param threads how many threads run a statement
 * @param temp a directory of this process alone
 * @param tempSize DuckDB's limit for what it keeps there, as DuckDB writes it
 * @param workbooks how much a workbook of Excel may be
 */
record WorkerConfig(
    String memory, int threads, Path temp, String tempSize, WorkbookLimits workbooks) {

  /** Reads {@code MEMORY THREADS TEMP TEMP_SIZE WORKBOOKS}. */
  static WorkerConfig parse(String[] args) {
    return new WorkerConfig(
        args[0],
        Integer.parseInt(args[1]),
        Path.of(args[2]),
        args[3],
        WorkbookLimits.parse(args[4]));
  }

  long memoryBytes() {
    return Sizes.parse(memory);
  }

  /** A new in-memory database, the results of which stream. */
  Connection open() throws SQLException {
    Properties streaming = properties();
    streaming.put("jdbc_stream_results", "true");
    return new DuckDBDriver().connect("jdbc:duckdb:", streaming);
  }

  /** A new in-memory database, the results of which come whole. */
  Connection openForSmallResults() throws SQLException {
    return new DuckDBDriver().connect("jdbc:duckdb:", properties());
  }

  /** How every instance is opened: nothing is loaded, nothing is remembered. */
  private Properties properties() {
    Properties properties = new Properties();
    properties.put("memory_limit", memory);
    properties.put("threads", Integer.toString(threads));
    properties.put("temp_directory", temp.resolve("spill").toString());
    properties.put("max_temp_directory_size", tempSize);
    properties.put("async_threads", "1");
    properties.put("autoinstall_known_extensions", "false");
    properties.put("autoload_known_extensions", "false");
    properties.put("allow_community_extensions", "false");
    properties.put("allow_persistent_secrets", "false");
    return properties;
  }
}
